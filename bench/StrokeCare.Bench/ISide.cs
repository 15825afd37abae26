using StrokeCare.Patients;

namespace StrokeCare.Bench;

/// <summary>One of the two that are compared: our store, or what a careful engineer would write by hand for the same rows.</summary>
internal interface ISide
{
    /// <summary>Stores the record and its change in one atomic step; returns when both are on disk.</summary>
    Task AddAsync(PatientAdded added, CancellationToken ct);

    /// <summary>As many of them, durable when it returns.</summary>
    Task AddManyAsync(IReadOnlyList<PatientAdded> added, CancellationToken ct);

    /// <summary>The whole record.</summary>
    Task<Patient?> FindAsync(PatientId id, CancellationToken ct);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<PatientSummary>> ListAsync(PatientFilter filter, CancellationToken ct);
}

internal sealed class OurSide(IPatientStore store) : ISide
{
    public async Task AddAsync(PatientAdded added, CancellationToken ct) =>
        Require(await store.AddAsync(added.Patient, added.Change, ct));

    public async Task AddManyAsync(IReadOnlyList<PatientAdded> added, CancellationToken ct)
    {
        foreach (var outcome in await store.AddManyAsync(added, ct)) Require(outcome);
    }

    public Task<Patient?> FindAsync(PatientId id, CancellationToken ct) => store.FindAsync(id, ct);

    public Task<IReadOnlyList<PatientSummary>> ListAsync(PatientFilter filter, CancellationToken ct) => store.ListAsync(filter, ct);

    private static void Require(AddPatientOutcome outcome)
    {
        if (outcome != AddPatientOutcome.Added) throw new InvalidOperationException($"A fresh record was answered {outcome}: nothing was measured.");
    }
}
