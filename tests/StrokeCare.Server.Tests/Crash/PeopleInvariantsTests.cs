namespace StrokeCare.Server.Tests.Crash;

/// <summary>This judge is tried too: each way to be half registered, planted, is found.</summary>
public sealed class PeopleInvariantsTests
{
    private const string Patient = "6911f0c0aaaaaaaaaa000001";

    private static readonly WantedPerson Mia = new("mia", WithRecord: true, Keyed: true);
    private static readonly StoredAccount Account = new("7", "mia", 1, Active: true, ReservedBy: null);
    private static readonly StoredPatient Record = new(Patient, 1, "first", "mia", null) { UserId = "7" };

    private static readonly StoredLogRow[] Rows =
    [
        new(1, "c1", "user_created", "user", "7", 1) { Username = "mia" }, new(2, "c2", "patient_created", "patient", Patient, 1) { Username = "mia" },
    ];

    private readonly Ledger ledger = new();

    public PeopleInvariantsTests() => ledger.People.Wants(Mia);

    private static StoreSnapshot Both => new([Record], Rows, 2) { Accounts = [Account] };

    private static StoreSnapshot Neither => new([], [], 0);

    [Fact]
    public void Finds_nothing_where_both_are_there_or_neither()
    {
        Assert.Empty(Invariants.Broken(ledger, Neither));
        Assert.Empty(Invariants.Broken(ledger, Both));
        ledger.People.Answered(Mia, new("7", Patient));
        Assert.Empty(Invariants.Broken(ledger, Both));
    }

    [Fact]
    public void Finds_an_account_without_its_record_and_a_record_without_its_account()
    {
        Found("mia has 1 accounts and 0 records", Both with { Patients = [] });
        Found("mia has 0 accounts and 1 records", Both with { Accounts = [] });
    }

    [Fact]
    public void Finds_an_account_that_is_not_active() => Found("it is not a whole one", Both with { Accounts = [Account with { Active = false }] });

    [Fact]
    public void Finds_an_account_that_is_only_reserved() => Found("it is not a whole one", Both with { Accounts = [Account with { ReservedBy = "i", Version = 0 }] });

    [Fact]
    public void Finds_a_record_of_somebody_else() => Found("it is linked to 8, not to 7", Both with { Patients = [Record with { UserId = "8" }] });

    [Fact]
    public void Finds_a_second_creation() => Found(
        "it was created 2 times", Both with { Log = [.. Rows, new(3, "c3", "user_created", "user", "7", null)], HeadSeq = 3 });

    [Fact]
    public void Finds_an_account_without_its_row() => Found(
        "user 7 version 1 has 0 log rows", Both with { Log = [Rows[1] with { Seq = 1 }], HeadSeq = 1 });

    [Fact]
    public void Finds_a_promise_that_is_lost()
    {
        ledger.People.Answered(Mia, new("7", Patient));
        Found("and nothing is there", Neither);
    }

    [Fact]
    public void Finds_other_ids_than_were_answered()
    {
        ledger.People.Answered(Mia, new("6", "6911f0c0aaaaaaaaaa000009"));
        Found("account of mia: it is 7, and", Both);
        Found($"record of mia: it is {Patient}, and", Both);
        ledger.People.Answered(Mia, new("7", Patient));
        Assert.Single(ledger.Violations);
    }

    [Fact]
    public void Finds_a_log_that_speaks_of_nobody() => Found("and the log speaks of them", new([], [new(1, "c1", "login", null, null, null) { Username = "mia" }], 1));

    private void Found(string violation, StoreSnapshot stores) =>
        Assert.Contains(Invariants.Broken(ledger, stores), found => found.Contains(violation, StringComparison.Ordinal));
}
