using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Tests.Appointments;

namespace StrokeCare.Tests.Sql;

/// <summary>What the plans of appointments are asked for, and a clinic's worth of them.</summary>
internal static class AppointmentPlans
{
    private const int Doctors = 10;
    private const int People = 100;

    private static readonly DateOnly First = new(2026, 3, 1);

    public static IEnumerable<AppointmentFilter> Filters() =>
        from doctor in new UserId?[] { null, new(3) }
        from patient in new PatientId?[] { null, PersonOf(13) }
        from status in new AppointmentStatus?[] { null, AppointmentStatus.Scheduled, AppointmentStatus.NoShow }
        from range in new (int? Begin, int? End)[] { (null, null), (50, null), (50, 52) }
        from behind in new int?[] { null, 51 }
        from backwards in new[] { false, true }
        select new AppointmentFilter
        {
            DoctorId = doctor,
            PatientId = patient,
            Status = status,
            From = range.Begin is { } begin ? At(begin) : null,
            To = range.End is { } end ? At(end) : null,
            Behind = behind is { } day ? new(At(day), new(SqlTestStore.Ids.Next())) : null,
            Descending = backwards,
            Limit = 51,
        };

    public static string IndexOf(AppointmentFilter filter) => "idx_appointments" + filter switch
    {
        { PatientId: not null, Status: not null } => "_patient_status",
        { PatientId: not null } => "_patient",
        { DoctorId: not null, Status: not null } => "_doctor_status",
        { DoctorId: not null } => "_doctor",
        { Status: not null } => "_status",
        _ => "_starts",
    };

    public static IEnumerable<BusyFilter> Busy() =>
        from day in new[] { 10, 51 }
        select new BusyFilter { DoctorId = new(3), PatientId = PersonOf(13), From = At(day).AddHours(1), To = At(day).AddHours(2) };

    /// <summary>Thirty a day, of ten doctors and a hundred people; most are over, and with those that are not another one shares the time. Answers how many.</summary>
    public static async Task<int> FillAsync(SqlTestStore test, int count)
    {
        var store = test.Store.Appointments;
        var booked = 0;
        await PlanClinics.EachAsync(count, async i =>
        {
            var when = new WallTime(First.AddDays(i / 30), new TimeOnly(8, 0).AddMinutes(i % 30 * 20));
            var one = (AppointmentBuilder.ABooking(new(i % Doctors), PersonOf(i * 7 % People)) with { When = when, DurationMinutes = 20 }).Booked();
            var status = (i / 13 % 10) switch { 0 => AppointmentStatus.NoShow, < 4 => AppointmentStatus.Scheduled, < 6 => AppointmentStatus.Cancelled, _ => AppointmentStatus.Completed };
            await BookAsync(one with { Status = status }, one.AsChange());
            if (status != AppointmentStatus.Scheduled) return;
            var over = (AppointmentBuilder.ABooking(one.DoctorId) with { When = when, DurationMinutes = 20 }).Booked().Over(one);
            await BookAsync(over, over.AsChange());
        });
        return booked;

        async Task BookAsync(Appointment appointment, Change change)
        {
            if (await store.BookAsync(appointment, change, default) == BookOutcome.Booked) Interlocked.Increment(ref booked);
        }
    }

    public static async Task FillHoursAsync(SqlTestStore test, int doctors)
    {
        await PlanClinics.EachAsync(doctors, i =>
        {
            var hours = DoctorHoursStoreTests.SomeHours(new(i + 1)) with { DaysOff = [.. Enumerable.Range(0, 20).Select(day => new DayOff(First.AddDays(day), "Congress"))] };
            return test.Store.DoctorHours.UpdateAsync(hours, DoctorHoursStoreTests.AChange(hours), default);
        });
    }

    private static PatientId PersonOf(int i) => new(new ClinicalId(2, (ulong)i));

    private static DateTimeOffset At(int day) => new(First.AddDays(day), new TimeOnly(8, 0), TimeSpan.Zero);
}
