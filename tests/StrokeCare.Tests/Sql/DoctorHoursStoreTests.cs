using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Tests.Appointments;

namespace StrokeCare.Tests.Sql;

public sealed class DoctorHoursStoreTests
{
    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Keeps_spans_and_days_off_of_each_doctor_as_given(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var (hours, other) = (SomeHours(), SomeHours());
        Assert.True(await UpdateAsync(test, hours));
        Assert.True(await UpdateAsync(test, other));
        await AssertStoredAsync(test, hours);

        var next = Succeeded(hours.WithDaysOff([new(AppointmentBuilder.Day, null), new(AppointmentBuilder.Day.AddDays(1), "Fortbildung – 漢")], AppointmentBuilder.Now));
        Assert.True(await UpdateAsync(test, next));
        await AssertStoredAsync(test, next);
        var last = Succeeded(Succeeded(next.WithSpans([], AppointmentBuilder.Now)).WithDaysOff([], AppointmentBuilder.Now)) with { Version = 3 };
        Assert.True(await UpdateAsync(test, last));
        await AssertStoredAsync(test, last);
        await AssertStoredAsync(test, other);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_doctor_who_never_said_has_none_at_version_0(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var none = await test.Store.DoctorHours.FindAsync(new(7), default);
        Assert.Equal((new UserId(7), 0L, 0, 0), (none.DoctorId, none.Version, none.Spans.Count, none.DaysOff.Count));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Refuses_a_stale_version_and_changes_and_logs_nothing(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var hours = SomeHours();
        Assert.False(await UpdateAsync(test, hours with { Version = 2 }));
        Assert.True(await UpdateAsync(test, hours));
        var next = Succeeded(hours.WithDaysOff([], AppointmentBuilder.Now));
        Assert.True(await UpdateAsync(test, next));

        Assert.False(await UpdateAsync(test, hours));
        Assert.False(await UpdateAsync(test, next with { DaysOff = [new(AppointmentBuilder.Day, "Lost")] }));
        Assert.False(await UpdateAsync(test, next with { Version = 4 }));
        await AssertStoredAsync(test, next);
        Assert.Equal(2, (await test.Store.Log.ReadAfterAsync(0, 10, default)).Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Lets_one_win_when_twenty_change_the_same_version(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var doctor = AppointmentBuilder.NewDoctor();

        var won = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => UpdateAsync(test, SomeHours(doctor) with { DaysOff = [new(AppointmentBuilder.Day.AddDays(i), null)] })));

        Assert.Single(won, true);
        Assert.Single((await test.Store.DoctorHours.FindAsync(doctor, default)).DaysOff);
        Assert.Equal(AuditAction.WorkingHoursChanged.Wire(), Assert.Single(await test.Store.Log.ReadAfterAsync(0, 30, default)).EventType);
    }

    internal static WorkingHours SomeHours(UserId? doctor = null) => Succeeded(new WorkingHours { DoctorId = doctor ?? AppointmentBuilder.NewDoctor() }.WithSpans(
        [new(DayOfWeek.Monday, new(8, 0), new(12, 30)), new(DayOfWeek.Monday, new(13, 5), new(23, 55)), new(DayOfWeek.Sunday, new(0, 0), new(0, 5))], AppointmentBuilder.Now));

    internal static Change AChange(WorkingHours hours) =>
        new AuditTrail(null!, TimeProvider.System).OfHours(Actor.Operator, hours);

    private static Task<bool> UpdateAsync(SqlTestStore test, WorkingHours next) => test.Store.DoctorHours.UpdateAsync(next, AChange(next), default);

    private static async Task AssertStoredAsync(SqlTestStore test, WorkingHours hours)
    {
        var stored = await test.Store.DoctorHours.FindAsync(hours.DoctorId, default);
        Assert.Equal((hours.Version, hours.UpdatedAt), (stored.Version, stored.UpdatedAt));
        Assert.Equal(hours.Spans, stored.Spans);
        Assert.Equal(hours.DaysOff, stored.DaysOff);
    }

    private static WorkingHours Succeeded(Result<WorkingHours> result) => result.Succeeded ? result.Value : throw new ArgumentException(result.Error.Code, nameof(result));
}
