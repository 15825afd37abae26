using StrokeCare.Audit;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>What must hold of everybody who asked for an account once nothing is under way: all of it is there, or nothing.</summary>
internal static class PeopleInvariants
{
    public static IEnumerable<string> Broken(People people, StoreSnapshot stores) => people.All.SelectMany(person => Broken(person, people.AnswerTo(person), stores));

    private static IEnumerable<string> Broken(WantedPerson person, PersonIds? answer, StoreSnapshot stores)
    {
        var accounts = stores.Accounts.Where(account => account.Name == person.Name).ToList();
        var records = stores.Patients.Where(patient => patient.LastName == person.Name).ToList();
        if (accounts.Count == 0 && records.Count == 0)
        {
            if (answer is { } lost) yield return $"{person.Name} was answered {lost}, and nothing is there";
            if (stores.Log.Any(row => row.Username == person.Name || row.TargetUsername == person.Name))
                yield return $"nothing is there of {person.Name}, and the log speaks of them";
            yield break;
        }

        var due = person.WithRecord ? 1 : 0;
        if (accounts.Count != 1 || records.Count != due) yield return $"{person.Name} has {accounts.Count} accounts and {records.Count} records";
        foreach (var fault in accounts.SelectMany(account => Faults(account, answer, stores))) yield return $"account of {person.Name}: {fault}";
        foreach (var fault in records.SelectMany(record => Faults(record, accounts, answer, stores))) yield return $"record of {person.Name}: {fault}";
    }

    private static IEnumerable<string> Faults(StoredAccount account, PersonIds? answer, StoreSnapshot stores)
    {
        if (!account.Active || account.Version != 1 || account.ReservedBy is not null) yield return $"it is not a whole one: {account}";
        if (answer is { } told && told.User != account.Id) yield return $"it is {account.Id}, and {told} was answered";
        if (Rows(stores, AuditAction.UserCreated, account.Id) is var rows && rows != 1) yield return $"it was created {rows} times";
    }

    private static IEnumerable<string> Faults(StoredPatient record, List<StoredAccount> accounts, PersonIds? answer, StoreSnapshot stores)
    {
        if (accounts.Count == 1 && record.UserId != accounts[0].Id) yield return $"it is linked to {record.UserId}, not to {accounts[0].Id}";
        if (record.Version != 1) yield return $"it is at version {record.Version}";
        if (answer is { } told && told.Patient != record.Id) yield return $"it is {record.Id}, and {told} was answered";
        if (Rows(stores, AuditAction.PatientCreated, record.Id) is var rows && rows != 1) yield return $"it was created {rows} times";
    }

    private static int Rows(StoreSnapshot stores, AuditAction action, string id)
    {
        var name = action.Wire();
        return stores.Log.Count(row => row.EventType == name && row.EntityId == id);
    }
}
