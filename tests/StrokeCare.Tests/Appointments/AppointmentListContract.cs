using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Appointments;

/// <summary>Which appointments a store finds, and in which order.</summary>
public abstract class AppointmentListContract<TFixture>(TFixture fixture) : AppointmentContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    private static readonly SemaphoreSlim Filling = new(1);
    private static readonly Dictionary<Type, List<Appointment>> Filled = [];

    private static readonly UserId[] Doctors = [NewDoctor(), NewDoctor(), NewDoctor()];
    private static readonly PatientId[] People = [PatientBuilder.NewId(), PatientBuilder.NewId(), PatientBuilder.NewId(), PatientBuilder.NewId()];

    [Fact]
    public async Task Every_combination_of_filters_finds_what_a_plain_search_finds_in_either_direction()
    {
        var all = await FillAsync();
        foreach (var filter in Combinations())
        {
            var expected = Ordered(all.Where(one => Matches(one, filter)), filter).Take(filter.Limit).Select(one => one.Id);
            Assert.Equal(expected, (await ListAsync(filter)).Select(one => one.Id));
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(4, true)]
    [InlineData(7, false)]
    [InlineData(100, true)]
    public async Task Pages_without_gap_or_repeat_also_among_those_of_one_moment(int limit, bool descending)
    {
        var all = await FillAsync();
        foreach (var filter in Combinations().Where(f => f.Descending == descending).Where((_, i) => i % 5 == limit % 5).Select(f => f with { Limit = limit }))
        {
            var seen = new List<AppointmentId>();
            AppointmentKey? behind = null;
            while (await ListAsync(filter with { Behind = behind }) is { Count: > 0 } page)
            {
                Assert.InRange(page.Count, 1, limit);
                seen.AddRange(page.Select(one => one.Id));
                behind = AppointmentKey.Of(page[^1]);
            }

            Assert.Equal(Ordered(all.Where(one => Matches(one, filter)), filter).Select(one => one.Id), seen);
        }
    }

    [Fact]
    public async Task Tells_who_is_busy_when()
    {
        var (doctor, patient) = (NewDoctor(), PatientBuilder.NewId());
        var long_ = await BookedAsync(AnAppointment(doctor, time: "03:00", minutes: 480));
        var mine = await BookedAsync(AnAppointment(doctor, patient, "11:00"));
        var elsewhere = await BookedAsync(AnAppointment(patient: patient, time: "12:00"));
        await BookedAsync(AnAppointment(doctor, time: "13:00"));
        await UpdatedAsync((await BookedAsync(AnAppointment(doctor, time: "11:30"))).Cancelled());

        Assert.Equal([long_.AsBusy(), mine.AsBusy()], await BusyAsync(doctor, null, "10:55", "13:00"));
        Assert.Equal([mine.AsBusy(), elsewhere.AsBusy()], await BusyAsync(null, patient, "00:00", "23:55"));
        Assert.Equal([long_.AsBusy(), mine.AsBusy(), elsewhere.AsBusy()], await BusyAsync(doctor, patient, "10:00", "12:05"));
        Assert.Equal([mine.AsBusy()], await BusyAsync(doctor, null, "11:00", "13:00"));
        Assert.Empty(await BusyAsync(doctor, patient, "12:30", "13:00"));
    }

    [Fact]
    public async Task Tells_what_is_still_to_come()
    {
        var (doctor, patient) = (NewDoctor(), PatientBuilder.NewId());
        var first = await BookedAsync(AnAppointment(doctor, patient, "09:00"));
        var second = await BookedAsync(AnAppointment(doctor, patient, "15:00"));
        var third = await UpdatedAsync((await BookedAsync(AnAppointment(doctor, time: "14:00"))).Becomes(AppointmentStatus.Arrived));
        await UpdatedAsync((await BookedAsync(AnAppointment(doctor, patient, "16:00"))).Cancelled());

        Assert.Equal(2, await Appointments.CountFutureOfDoctorAsync(doctor, first.StartsAt, Ct));
        Assert.Equal(3, await Appointments.CountFutureOfDoctorAsync(doctor, first.StartsAt.AddMilliseconds(-1), Ct));
        Assert.Equal([third.Id, second.Id], await Appointments.FutureOfDoctorAsync(doctor, first.StartsAt, 10, Ct));
        Assert.Equal([third.Id], await Appointments.FutureOfDoctorAsync(doctor, first.StartsAt, 1, Ct));
        Assert.Equal([second.Id], await Appointments.FutureOfPatientAsync(patient, first.StartsAt, 10, Ct));
        Assert.Empty(await Appointments.FutureOfPatientAsync(patient, second.StartsAt, 10, Ct));
        Assert.True(await Appointments.AnyFutureAsync(Now, Ct));
        Assert.False(await Appointments.AnyFutureAsync(Now.AddYears(100), Ct));
    }

    [Fact]
    public async Task Tells_which_active_ones_override_another()
    {
        var first = await BookedAsync(AnAppointment());
        var over = await BookedAsync(AnAppointment(first.DoctorId).Over(first));
        var another = await BookedAsync(AnAppointment(first.DoctorId).Over(first, over));

        Assert.Equal([over.Id, another.Id], (await Appointments.OverriddenByAsync(first.Id, Ct)).Select(one => one.Id));
        await UpdatedAsync(over.Cancelled());
        Assert.Equal([another.AsText()], (await Appointments.OverriddenByAsync(first.Id, Ct)).Select(one => one.AsText()));
        Assert.Empty(await Appointments.OverriddenByAsync(another.Id, Ct));
    }

    private Task<IReadOnlyList<BusyTime>> BusyAsync(UserId? doctor, PatientId? patient, string from, string to) => Appointments.BusyAsync(
        new() { DoctorId = doctor, PatientId = patient, From = London.MomentOf(Wall(from)).Value, To = London.MomentOf(Wall(to)).Value }, Ct);

    // A hundred, of three doctors and four people, at forty moments and in every status.
    private async Task<List<Appointment>> FillAsync()
    {
        await Filling.WaitAsync(Ct);
        try
        {
            if (Filled.TryGetValue(GetType(), out var known)) return known;
            var all = new List<Appointment>();
            for (var i = 0; i < 100; i++)
            {
                var when = Wall($"{8 + (i % 8)}:00".PadLeft(5, '0'), Day.AddDays(i / 8 % 5 + 20));
                var one = await BookedAsync((ABooking(Doctors[i % 3], People[i * 7 % 4]) with { When = when }).Booked() with { Status = AppointmentStatus.Cancelled });
                all.Add(one with { Status = (AppointmentStatus)(i % 5) });
            }

            // Their time is nobody's concern here: as a record of what was, they may overlap.
            for (var i = 0; i < all.Count; i++)
                all[i] = all[i].IsActive ? await ActivatedAsync(all[i], all) : await UpdatedAsync(all[i] with { Version = 2 });
            return Filled[GetType()] = all;
        }
        finally
        {
            Filling.Release();
        }
    }

    private async Task<Appointment> ActivatedAsync(Appointment one, List<Appointment> all)
    {
        var others = all.Where(other => other.Id != one.Id && other.IsActive && (other.DoctorId == one.DoctorId || other.PatientId == one.PatientId) && other.StartsAt == one.StartsAt);
        return await UpdatedAsync(one with { Version = 2, Overrides = [.. others.Select(other => other.Id)] });
    }

    private static bool Matches(Appointment one, AppointmentFilter filter) =>
        (filter.DoctorId is not { } doctor || one.DoctorId == doctor)
        && (filter.PatientId is not { } patient || one.PatientId == patient)
        && (filter.Status is not { } status || one.Status == status)
        && (filter.From is not { } from || one.StartsAt >= from)
        && (filter.To is not { } to || one.StartsAt < to)
        && IsOurs(one);

    private static bool IsOurs(Appointment one) => one.Date >= Day.AddDays(20);

    private static IEnumerable<Appointment> Ordered(IEnumerable<Appointment> all, AppointmentFilter filter) => filter.Descending
        ? all.OrderByDescending(one => one.StartsAt).ThenByDescending(one => one.Id.Value)
        : all.OrderBy(one => one.StartsAt).ThenBy(one => one.Id.Value);

    private static IEnumerable<AppointmentFilter> Combinations() =>
        from doctor in new UserId?[] { null, Doctors[1] }
        from patient in new PatientId?[] { null, People[2] }
        from status in new AppointmentStatus?[] { null, AppointmentStatus.Scheduled, AppointmentStatus.NoShow }
        from range in new (int? From, int? To)[] { (20, null), (21, null), (20, 23), (22, 23) }
        from backwards in new[] { false, true }
        select new AppointmentFilter
        {
            DoctorId = doctor,
            PatientId = patient,
            Status = status,
            From = At(range.From),
            To = At(range.To),
            Descending = backwards,
            Limit = 100,
        };

    private static DateTimeOffset? At(int? day) => day is { } d ? London.MomentOf(Wall("10:00", Day.AddDays(d))).Value.AddHours(d == 20 ? -10 : 0) : null;
}
