namespace StrokeCare.Server.Tests.Crash;

/// <summary>The judge is tried too: each kind of loss, planted, is found.</summary>
public sealed class InvariantsTests
{
    private const string Id = "6911f0c0aaaaaaaaaa000001";

    private readonly Ledger ledger = new();

    public InvariantsTests()
    {
        var patient = new WantedPatient("r1-1", ByDoctor: false, new Dictionary<string, object?>(StringComparer.Ordinal));
        ledger.Wants(patient);
        ledger.Registered(patient, Id, "first");
        ledger.Changed(Id, 2, "second");
        ledger.Read(Id);
        ledger.Imported(["kaggle:1"]);
    }

    private static StoreSnapshot Good => new(
        [new(Id, 2, "second", "r1-1", null), new("6911f0c0aaaaaaaaaa000002", 1, null, null, "kaggle:1")],
        [
            Row(1, "patient_created", Id, 1), Row(2, "patient_viewed", Id, null), Row(3, "patient_updated", Id, 2),
            Row(4, "patient_created", "6911f0c0aaaaaaaaaa000002", 1),
        ],
        4);

    [Fact]
    public void Finds_nothing_where_nothing_is_wrong() => Assert.Empty(Invariants.Broken(ledger, Good));

    [Fact]
    public void Finds_a_version_without_its_row()
    {
        var log = Good.Log.Where(row => row.EntityVersion != 2).Select((row, i) => row with { Seq = i + 1 }).ToList();
        Found($"patient {Id} version 2 has 0 log rows", Good with { Log = log, HeadSeq = log.Count });
    }

    [Fact]
    public void Finds_a_version_logged_twice() =>
        Found($"patient {Id} version 2 has 2 log rows", Good with { Log = [.. Good.Log, Row(5, "patient_updated", Id, 2)], HeadSeq = 5 });

    [Fact]
    public void Finds_a_gap_in_seq() =>
        Found("the log has seq 5 where 4 belongs", Good with { Log = [.. Good.Log.Select(row => row.Seq < 4 ? row : row with { Seq = 5 })], HeadSeq = 4 });

    [Fact]
    public void Finds_a_head_that_is_not_at_the_end() => Found("the head is at 3, the log has 4 rows", Good with { HeadSeq = 3 });

    [Fact]
    public void Finds_a_change_in_the_log_twice() => Found(
        "change c1 is in the log 2 times", Good with { Log = [.. Good.Log, Row(5, "patient_viewed", Id, null) with { ChangeId = "c1" }], HeadSeq = 5 });

    [Fact]
    public void Finds_an_acknowledged_record_that_is_lost() => Found($"acknowledged patient {Id} is lost", Good with { Patients = [Good.Patients[1]] });

    [Fact]
    public void Finds_an_acknowledged_version_that_is_lost() => Found(
        $"patient {Id}: version 2 was acknowledged, 1 is stored", Good with { Patients = [Good.Patients[0] with { Version = 1 }, Good.Patients[1]] });

    [Fact]
    public void Finds_another_content_than_was_acknowledged() => Found(
        $"patient {Id} version 2: first name second was acknowledged, other is stored",
        Good with { Patients = [Good.Patients[0] with { FirstName = "other" }, Good.Patients[1]] });

    [Fact]
    public void Finds_a_reading_that_is_not_in_the_log() => Found(
        $"patient {Id} was shown 1 times, the log has 0",
        Good with { Log = [.. Good.Log.Select(row => row.Seq == 2 ? row with { EventType = "patients_listed" } : row)] });

    [Fact]
    public void Finds_a_registration_with_two_effects() => Found(
        "registration r1-1 made 2 records",
        Good with
        {
            Patients = [.. Good.Patients, new("6911f0c0aaaaaaaaaa000003", 1, "first", "r1-1", null)],
            Log = [.. Good.Log, Row(5, "patient_created", "6911f0c0aaaaaaaaaa000003", 1)],
            HeadSeq = 5,
        });

    [Fact]
    public void Finds_an_imported_row_that_is_lost() => Found(
        "1 imported rows are lost, among them kaggle:1",
        Good with { Patients = [Good.Patients[0]], Log = [.. Good.Log.Take(3)], HeadSeq = 3 });

    [Fact]
    public void Finds_one_version_acknowledged_to_two()
    {
        ledger.Changed(Id, 2, "another");
        Assert.Contains($"patient {Id} version 2 was acknowledged twice", ledger.Violations);
    }

    private static StoredLogRow Row(long seq, string eventType, string id, long? version) => new(seq, $"c{seq}", eventType, "patient", id, version);

    private void Found(string violation, StoreSnapshot stores) => Assert.Contains(violation, Invariants.Broken(ledger, stores));
}
