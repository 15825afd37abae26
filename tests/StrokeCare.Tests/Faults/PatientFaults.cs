using MongoDB.Bson;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Faults;

/// <summary>The writes of patients and of their claims.</summary>
internal static class PatientFaults
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static IReadOnlyList<FaultScenario> All { get; } =
    [
        new("patient added", AddedAsync),
        new("patient added after an attempt that died", AddedAgainAsync),
        new("patient refused for its MRN", RefusedAsync),
        new("patients imported", ImportedAsync),
        new("patient of a new name added", NamedAsync),
        new("patient changed", ChangedAsync),
        new("patient given another MRN and no account", KeysChangedAsync),
        new("patient id refused", IdRefusedAsync),
        new("claims of the dead released", ClaimsReleasedAsync) { IsAlone = true },
        new("patients' changes cleared", ClearedAsync),
    ];

    private static Task<FaultedWork> AddedAsync(FaultStage stage) => Task.FromResult(Adding(stage, APatient().With(mrn: Unique("A"), user: UniqueUser(), sourceKey: Unique("k"))));

    // The patients of the other operations have no names.
    private static Task<FaultedWork> NamedAsync(FaultStage stage)
    {
        var name = string.Concat(Unique("N").Select(c => (char)('a' + (c % 26))));
        var adding = Adding(stage, APatient().With(details: APatient().Details with { LastName = name }));
        return Task.FromResult(adding with
        {
            CheckAsync = async () =>
            {
                await adding.CheckAsync();
                Assert.Contains(name, await stage.Store.Patients.NamesLikeAsync([name[1..]], Ct));
            },
        });
    }

    private static async Task<FaultedWork> AddedAgainAsync(FaultStage stage)
    {
        var patient = APatient().With(mrn: Unique("A"));
        await ClaimAsync(stage, $"mrn:{patient.Details.Mrn}", patient.Id, Now);
        return Adding(stage, patient);
    }

    private static async Task<FaultedWork> RefusedAsync(FaultStage stage)
    {
        var there = await StoredAsync(stage, APatient().With(mrn: Unique("A")));
        var refused = APatient().With(mrn: there.Details.Mrn, user: UniqueUser());
        var change = refused.AsChange(AuditAction.PatientCreated);
        return new("MrnTaken", async () => $"{await stage.Store.Patients.AddAsync(refused, change, Ct)}", async () => Assert.Null(await stage.Store.Patients.FindAsync(refused.Id, Ct)));
    }

    private static async Task<FaultedWork> ImportedAsync(FaultStage stage)
    {
        var there = await StoredAsync(stage, APatient().With(sourceKey: Unique("k")));
        List<Patient> added = [APatient().With(sourceKey: Unique("k")), APatient().With(mrn: Unique("A"), sourceKey: Unique("k"))];
        List<PatientAdded> rows = [.. added.Select(patient => patient.AsAdded()), APatient().With(mrn: Unique("A"), sourceKey: there.SourceKey).AsAdded()];
        return new("Added, Added, SourceKeyTaken", async () => string.Join(", ", await stage.Store.Patients.AddManyAsync(rows, Ct)), async () =>
        {
            foreach (var patient in added) await HasAsync(stage, patient);
            Assert.Null(await stage.Store.Patients.FindAsync(rows[2].Patient.Id, Ct));
        })
        {
            Repeated = ["AlreadyExists, AlreadyExists, SourceKeyTaken", "Added, AlreadyExists, SourceKeyTaken", "AlreadyExists, Added, SourceKeyTaken"],
        };
    }

    private static async Task<FaultedWork> ChangedAsync(FaultStage stage)
    {
        var patient = await StoredAsync(stage, APatient().With(mrn: Unique("A")));
        return Changing(stage, patient.Next(details => details with { Bmi = 31 }));
    }

    private static async Task<FaultedWork> KeysChangedAsync(FaultStage stage)
    {
        var patient = await StoredAsync(stage, APatient().With(mrn: Unique("A"), user: UniqueUser()));
        return Changing(stage, patient.Next(details => details with { Mrn = Unique("B") }) with { UserId = null });
    }

    private static Task<FaultedWork> IdRefusedAsync(FaultStage stage)
    {
        var id = NewId();
        return Task.FromResult(new FaultedWork("True", async () => $"{await stage.Store.Patients.RefuseIdAsync(id, Ct)}", async () =>
        {
            var late = APatient().With(id: id);
            Assert.Equal(AddPatientOutcome.IdRefused, await stage.Store.Patients.AddAsync(late, late.AsChange(AuditAction.PatientCreated), Ct));
        }));
    }

    private static async Task<FaultedWork> ClaimsReleasedAsync(FaultStage stage)
    {
        var (key, held) = ($"mrn:{Unique("A")}", await StoredAsync(stage, APatient().With(mrn: Unique("A"))));
        await ClaimAsync(stage, key, NewId(), Now.AddMinutes(-5));
        return new("done", async () =>
        {
            await stage.Store.ReleaseOrphanClaimsAsync(Now, Ct);
            return "done";
        }, async () =>
        {
            Assert.Equal(0, await stage.Collection("unique_keys").CountDocumentsAsync(new BsonDocument("_id", key), null, Ct));
            Assert.Equal(1, await stage.Collection("unique_keys").CountDocumentsAsync(new BsonDocument("_id", $"mrn:{held.Details.Mrn}"), null, Ct));
        });
    }

    private static async Task<FaultedWork> ClearedAsync(FaultStage stage)
    {
        var patient = await StoredAsync(stage, APatient());
        var next = patient.Next(details => details with { Bmi = 31 });
        Assert.Equal(UpdatePatientOutcome.Updated, await stage.Store.Patients.UpdateAsync(next, next.AsChange(), Ct));
        return await stage.ClearingAsync(stage.Store.Changes, "patients", patient.Id.ToString());
    }

    private static FaultedWork Adding(FaultStage stage, Patient patient)
    {
        var change = patient.AsChange(AuditAction.PatientCreated);
        return new("Added", async () => $"{await stage.Store.Patients.AddAsync(patient, change, Ct)}", () => HasAsync(stage, patient)) { Repeated = ["AlreadyExists"] };
    }

    private static FaultedWork Changing(FaultStage stage, Patient next)
    {
        var change = next.AsChange();
        return new("Updated", async () => $"{await stage.Store.Patients.UpdateAsync(next, change, Ct)}", () => HasAsync(stage, next)) { Repeated = ["Stale"] };
    }

    private static async Task<Patient> StoredAsync(FaultStage stage, Patient patient)
    {
        Assert.Equal(AddPatientOutcome.Added, await stage.Store.Patients.AddAsync(patient, patient.AsChange(AuditAction.PatientCreated), Ct));
        return patient;
    }

    private static async Task HasAsync(FaultStage stage, Patient patient) => Assert.Equal(patient.AsText(), (await stage.Store.Patients.FindAsync(patient.Id, Ct))?.AsText());

    private static Task ClaimAsync(FaultStage stage, string key, PatientId owner, DateTimeOffset at) => stage.Collection("unique_keys").InsertOneAsync(
        new() { { "_id", key }, { "owner", new ObjectId(owner.ToString()) }, { "at", at.UtcDateTime } }, null, Ct);
}
