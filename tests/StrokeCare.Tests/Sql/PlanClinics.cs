using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Risk;
using StrokeCare.Sql.Engine;
using StrokeCare.Tests.Accounts;
using StrokeCare.Tests.History;

namespace StrokeCare.Tests.Sql;

/// <summary>A clinic of 4,000 on each engine, with statistics: an empty table is walked whatever its indexes. Filled once for all that ask for plans.</summary>
[CollectionDefinition(Collection)]
public sealed class PlanClinics : FilledStores, ICollectionFixture<PlanClinics>
{
    /// <summary>The classes that ask it.</summary>
    public const string Collection = "plans";

    public const int Patients = 4000;
    public const int Users = 1100;
    public const int Entries = 3000;
    private const int Reserved = 50;
    private const int MostAppointments = 3000;

    public static int Appointments { get; private set; }

    public static PatientId WithLongHistory { get; } = new(SqlTestStore.Ids.Next());

    private protected override async Task<SqlTestStore> FillAsync(string engine)
    {
        var test = await SqlTestStore.NewAsync(engine);
        var added = Enumerable.Range(0, Patients)
            .Select(i => SqlTestStore.APatient($"M{i}", doctor: i % 20, age: 18 + (i % 70), sourceKey: $"s:{i}", user: i + 1))
            .Select(patient => patient.Id.Value.Rest % 4 != 0 ? patient : patient with { ArchivedAt = patient.CreatedAt })
            .Select((patient, i) => i % 2 == 0 ? patient : patient with
            {
                PreviousRiskLevel = RiskLevel.Low,
                RiskLevelChangedAt = patient.CreatedAt.AddMinutes(i),
                Details = patient.Details with { NextReviewOn = new DateOnly(2025, 1, 1).AddDays(i % 900) },
            })
            .Select(patient => new PatientAdded(patient, SqlTestStore.AChange(patient))).ToList();
        await test.Store.Patients.AddManyAsync(added, default);
        await test.Store.Log.AppendAsync([.. Enumerable.Range(0, 3000).Select(i => SqlTestStore.AnEvent() with { ActorId = new(i % 50 + 1), At = SqlTestStore.AnEvent().At.AddMinutes(i) })], default);
        await EachAsync(300, i => test.Store.IdempotencyKeys.ReserveAsync(new(null, "r", $"{i}"), new(SqlTestStore.Ids.Next(), [1], null), SqlTestStore.AnEvent().At, default));
        await FillUsersAsync(test);
        await EachAsync(Entries, i =>
        {
            // Many of one day, as an import would leave them.
            var entry = HistoryBuilder.AnEntry(i % 5 == 0 ? WithLongHistory : added[i].Patient.Id, HistoryBuilder.Day.AddDays(i / 1000));
            return test.Store.History.AddAsync(entry, entry.AsChange(), default);
        });

        Appointments = await AppointmentPlans.FillAsync(test, MostAppointments);
        await AppointmentPlans.FillHoursAsync(test, 200);
        await EachAsync(300, i =>
        {
            var one = added[i].Patient;
            var next = one with { Version = 2, Details = one.Details with { Mrn = $"N{one.Details.Mrn}" } };
            return test.Store.Patients.UpdateAsync(next, SqlTestStore.AChange(next), default);
        });

        var analyze = new Statement("ANALYZE");
        await test.Store.Writer.RunAsync(session => session.Execute(analyze), default);
        // As the engine does by itself in time: an index alone can then answer.
        if (engine == "postgresql") await LogPlanTests.VacuumAsync(test.Url, "users", "patients");
        return test;
    }

    /// <summary>Many at once, which share their commits.</summary>
    internal static Task EachAsync(int count, Func<int, Task> write) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) => await write(i));

    private static async Task FillUsersAsync(SqlTestStore test)
    {
        var at = SqlTestStore.AnEvent().At;
        await EachAsync(Users, async i =>
        {
            var user = AccountBuilder.AnAccount(i % 50 == 0 ? Role.Admin : i % 5 == 0 ? Role.Doctor : Role.Patient) with { IsActive = i % 7 != 0 };
            var (_, id) = await test.Store.Users.AddAsync(user, _ => SqlTestStore.AnEvent(), default);
            await test.Store.Sessions.AddResetTokenAsync(SessionStoreTests.AToken(at, id.Value), default);
            if (i % 2 != 0) return;
            await test.Store.Sessions.OpenAsync(SessionStoreTests.ASession(id.Value), SqlTestStore.AnEvent(), default);
            await test.Store.Intents.AddAsync(IntentStoreTests.AnIntent(at.AddSeconds(i)), default);
        });
        await EachAsync(1000, _ => test.Store.Patients.RefuseIdAsync(new(SqlTestStore.Ids.Next()), default));

        // The newest of all: a list has to get past them without looking at each.
        await EachAsync(Reserved, i => test.Store.Users.ReserveAsync(AccountBuilder.AnAccount().ReservedFor($"i{i}"), default));
    }
}
