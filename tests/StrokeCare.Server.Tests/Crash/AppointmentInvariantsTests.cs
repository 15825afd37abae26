namespace StrokeCare.Server.Tests.Crash;

/// <summary>The judge of appointments is tried too: each kind of fault, planted, is found.</summary>
public sealed class AppointmentInvariantsTests
{
    private const string Doctor = "2";
    private const long Ten = 1_800_000_000_000;

    private static readonly StoredAppointment First = Owning(new("a1", "p1", Doctor, 1) { Reason = "r1", StartsAt = Ten });
    private static readonly StoredAppointment Second = Owning(new("a2", "p2", Doctor, 2) { Reason = "r2", StartsAt = Ten + 1_800_000 });

    private readonly Ledger ledger = new();

    public AppointmentInvariantsTests()
    {
        ledger.Booked("a1", 1, new("p1", First.Starts, "scheduled"));
        ledger.Booked("a2", 2, new("p2", Second.Starts, "scheduled"));
        ledger.SetHours(2, 1);
    }

    private static StoreSnapshot Good => new(
        [new("p1", 1, null, null, null), new("p2", 1, null, null, null)],
        [new(1, "c1", "working_hours_changed", null, null, null) { TargetUserId = Doctor }], 1)
    {
        Appointments = [First, Second],
        Hours = new Dictionary<string, long> { [Doctor] = 1 },
    };

    [Fact]
    public void Finds_nothing_where_nothing_is_wrong()
    {
        Assert.Empty(AppointmentInvariants.Broken(ledger, Good));
        var shared = First with { Id = "a3", Reason = "r3", PatientId = "p3", Overrides = ["a1"], OfDoctor = [] };
        Assert.Empty(AppointmentInvariants.Broken(ledger, Good with { Appointments = [First, Second, shared] }));
    }

    [Fact]
    public void Finds_a_doctor_and_a_patient_in_two_places() => Found(
        [$"doctor {Doctor} has a1 and a3 at once", "patient p1 has a1 and a3 at once"], Good with { Appointments = [First, Second, First with { Id = "a3", Reason = "r3", OfDoctor = [], OfPatient = [] }] });

    [Fact]
    public void Finds_time_that_two_own() => Found(
        [$"cell {First.OfDoctor[0]} of doctor {Doctor} is owned 2 times"], Good with { Appointments = [First, Second, First with { Id = "a3", Reason = "r3", PatientId = "p3", Overrides = ["a1"] }] });

    [Fact]
    public void Finds_time_that_nobody_owns_or_that_is_owned_for_nothing()
    {
        Found([$"appointment a1 covers time of doctor {Doctor} that nobody owns"], Good with { Appointments = [First with { OfDoctor = [] }, Second] });
        Found(["appointment a1, cancelled, owns time that it does not cover"], Good with { Appointments = [First with { Status = "cancelled" }, Second] });
        Found(["there are cells of an appointment a9, which is not there"], Good with { OrphanCells = ["a9"] });
    }

    [Fact]
    public void Finds_what_was_acknowledged_and_is_lost_or_different()
    {
        Found(["acknowledged appointment a1 is lost"], Good with { Appointments = [Second] });
        Found(["appointment a2: version 2 was acknowledged, 1 is stored"], Good with { Appointments = [First, Second with { Version = 1 }] });
        Found([$"appointment a1 version 1: scheduled at {First.Starts} was acknowledged, arrived at {First.Starts} is stored"], Good with { Appointments = [First with { Status = "arrived" }, Second] });
        Found(["r1 was booked 2 times"], Good with { Appointments = [First, Second with { Reason = "r1" }] });
    }

    [Fact]
    public void Finds_what_is_ahead_of_the_archived_once_their_archiving_is_over()
    {
        var archived = Good with { Patients = [Good.Patients[0] with { Archived = true }, Good.Patients[1]] };
        Found(["patient p1 is archived and has appointment a1 ahead"], archived);
        Assert.Empty(AppointmentInvariants.Broken(ledger, archived with { BeingArchived = new HashSet<string> { "p1" } }));
    }

    [Fact]
    public void Finds_hours_without_their_row_or_lost()
    {
        Found([$"the hours of doctor {Doctor} are at 2, the log has 1 rows"], Good with { Hours = new Dictionary<string, long> { [Doctor] = 2 } });
        Found([$"hours of doctor {Doctor}: version 1 was acknowledged, 0 is stored"], Good with { Hours = new Dictionary<string, long>(), Log = [], HeadSeq = 0 });
    }

    private static StoredAppointment Owning(StoredAppointment appointment) => appointment with { OfDoctor = [.. appointment.Covers], OfPatient = [.. appointment.Covers] };

    private void Found(string[] violations, StoreSnapshot stores)
    {
        var broken = AppointmentInvariants.Broken(ledger, stores).ToList();
        Assert.All(violations, violation => Assert.Contains(violation, broken));
    }
}
