using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql.Changes;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Patients;

/// <summary>
/// Patients in the relational store. A record and its outbox row are one statement; what must be unique is left to the
/// indexes, and a write that changed nothing asks afterwards why.
/// </summary>
internal sealed class PatientStore(Dialect dialect, Writer writer, Readers readers, ChangeSignal changed) : IPatientStore
{
    private const int ChunkSize = 500;

    private const string FormerMrn = "SELECT 1 FROM former_mrns AS former WHERE former.mrn = $3 AND former.patient_id <> $1";

    private const string Refused = "SELECT 1 FROM refused_ids AS refused WHERE refused.id = $1";

    private static readonly string[] NeverUpdated = ["id", "source_key", "created_by", "created_at"];

    private static readonly string Updated = Assignments.Of(PatientColumns.All, NeverUpdated);

    private static readonly string Columns = string.Join(", ", PatientColumns.All.Select(c => c.Name));

    private static readonly string Numbers = Dialect.Numbers(1, PatientColumns.All.Length);

    private static readonly Statement ById = new($"SELECT {PatientColumns.Names} FROM patients WHERE id = $1", SqlType.Text);

    private static readonly Statement ByUser = new($"SELECT {PatientColumns.Names} FROM patients WHERE user_id = $1", SqlType.Int);

    private static readonly Statement WhyNot = new(
        """
        SELECT (SELECT version FROM patients WHERE id = $1),
            EXISTS (SELECT 1 FROM patients WHERE mrn = $2 AND id <> $1) OR EXISTS (SELECT 1 FROM former_mrns WHERE mrn = $2 AND patient_id <> $1),
            EXISTS (SELECT 1 FROM patients WHERE user_id = $3 AND id <> $1),
            EXISTS (SELECT 1 FROM patients WHERE source_key = $4 AND id <> $1),
            EXISTS (SELECT 1 FROM outbox WHERE change_id = $5) OR EXISTS (SELECT 1 FROM security_logs WHERE change_id = $5),
            EXISTS (SELECT 1 FROM refused_ids WHERE id = $1)
        """,
        SqlType.Text, SqlType.Text, SqlType.Int, SqlType.Text, SqlType.Text);

    private static readonly Statement OfDoctor = new("SELECT count(*) FROM patients WHERE assigned_doctor_id = $1 AND archived_at IS NULL", SqlType.Int);

    private static readonly Statement RefuseId = new(
        "INSERT INTO refused_ids (id) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM patients WHERE id = $1) ON CONFLICT DO NOTHING", SqlType.Text);

    private static readonly Statement IsRefused = new(Refused, SqlType.Text);

    private static readonly SqlType[] RecordTypes = [.. PatientColumns.All.Select(c => c.Type)];

    private readonly Statement add = dialect.Then(
        new($"INSERT INTO patients ({Columns}) SELECT {Numbers} WHERE NOT EXISTS ({FormerMrn}) AND NOT EXISTS ({Refused}) ON CONFLICT DO NOTHING", RecordTypes)
        {
            // The columns of a row have its values: c1 for $1. OFFSET 0 keeps each look one by key, where it could become a join with all of that table.
            OfGiven = $"INSERT INTO patients ({Columns}) SELECT {Numbers} FROM given WHERE NOT EXISTS ({FormerMrn} OFFSET 0) AND NOT EXISTS ({Refused} OFFSET 0) ORDER BY place ON CONFLICT DO NOTHING RETURNING id".Replace('$', 'c'),
        },
        Outbox.Columns,
        Outbox.Types);

    private readonly Statement update = dialect.Then(
        new($"""
        UPDATE patients SET {Updated} WHERE id = $1 AND version = $2 - 1
            AND NOT EXISTS (SELECT 1 FROM patients AS other WHERE other.mrn = $3 AND other.id <> $1)
            AND NOT EXISTS ({FormerMrn})
            AND NOT EXISTS (SELECT 1 FROM patients AS other WHERE other.user_id = $4 AND other.id <> $1)
        """, RecordTypes),
        Outbox.Columns,
        Outbox.Types);

    private readonly Statement present = new($"SELECT source_key FROM patients WHERE {dialect.AnyOf("source_key", "$1")}", SqlType.Texts);

    private readonly Statement count = new(
        $"""
        SELECT (SELECT count(*) FROM {dialect.By("patients", "idx_patients_current")} WHERE archived_at IS NULL),
            (SELECT count(*) FROM {dialect.By("patients", "idx_patients_archived")} WHERE archived_at IS NOT NULL)
        """);

    private readonly PatientLists lists = new();

    private readonly PatientSearches searches = new(dialect);

    private readonly NameForms names = new(dialect, writer, readers);

    // By the key; the rest is asked of the few that were named.
    private readonly Statement among = new(
        $"SELECT {PatientLists.Columns} FROM patients WHERE {dialect.AnyOf("id", "$1")} AND (archived_at IS NOT NULL) = $2 AND ($3 IS NULL OR assigned_doctor_id = $3)",
        SqlType.Texts, SqlType.Bool, SqlType.Int);

    public async Task<AddPatientOutcome> AddAsync(Patient patient, Change change, CancellationToken ct)
    {
        object?[] values = [.. PatientColumns.Values(patient), .. Outbox.Values(change)];
        var outcome = await names.KeepingAsync(
            SearchNames.Of(patient),
            new OneWrite<AddPatientOutcome>(add, values, AddPatientOutcome.Added, session => WhyNotAdded(session, new(patient, change)))
            {
                Before = static () => Failpoint.Hit(SqlFailpoints.AddBeforeInsert),
                After = static () => Failpoint.Hit(SqlFailpoints.AddAfterInsert),
            },
            ct);
        if (outcome == AddPatientOutcome.Added) Written();
        return outcome;
    }

    public async Task<IReadOnlyList<AddPatientOutcome>> AddManyAsync(IReadOnlyList<PatientAdded> added, CancellationToken ct)
    {
        var outcomes = new List<AddPatientOutcome>(added.Count);
        var writing = new Queue<Task<AddPatientOutcome[]>>();
        // Of two who want the same, the first is to get it: then each waits for those before it.
        var atOnce = writer.Threads > 1 && added.Count > ChunkSize && AreApart(added) ? 2 : 1;
        try
        {
            foreach (var chunk in added.Chunk(ChunkSize))
            {
                // Made while those before are being written.
                var making = Task.Run(() => RowsOf(chunk), CancellationToken.None);
                if (writing.Count == atOnce) await EndAsync();
                var (rows, kept) = await making;
                writing.Enqueue(AddChunkAsync(chunk, rows, kept, ct));
            }

            while (writing.Count > 0) await EndAsync();
        }
        finally
        {
            // Nothing is written any more when the caller hears of a failure.
            await ((Task)Task.WhenAll(writing)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return outcomes;

        async Task EndAsync() => outcomes.AddRange(await writing.Dequeue());
    }

    public async Task<UpdatePatientOutcome> UpdateAsync(Patient next, Change change, CancellationToken ct)
    {
        object?[] values = [.. PatientColumns.Values(next), .. Outbox.Values(change)];
        var outcome = await names.KeepingAsync(
            SearchNames.Of(next),
            new OneWrite<UpdatePatientOutcome>(update, values, UpdatePatientOutcome.Updated, session => WhyNotUpdated(session, next, change))
            {
                Before = static () => Failpoint.Hit(SqlFailpoints.UpdateBeforeWrite),
                After = static () => Failpoint.Hit(SqlFailpoints.UpdateAfterWrite),
            },
            ct);
        if (outcome == UpdatePatientOutcome.Updated) Written();
        return outcome;
    }

    public Task<Patient?> FindAsync(PatientId id, CancellationToken ct) => readers.FirstAsync(ById, PatientColumns.Read, [id.ToString()], ct);

    public Task<Patient?> FindByUserAsync(UserId user, CancellationToken ct) => readers.FirstAsync(ByUser, PatientColumns.Read, [user.Value], ct);

    public Task<long> CountOfDoctorAsync(UserId doctor, CancellationToken ct) => readers.FirstAsync(OfDoctor, row => row.GetInt64(0), [doctor.Value], ct);

    public async Task<PatientCount> CountAsync(CancellationToken ct) =>
        await readers.FirstAsync(count, row => new PatientCount(row.GetInt64(0), row.GetInt64(1)), [], ct) ?? new(0, 0);

    // An add asks in its own statement whether its id is refused, but its rows are nobody's to see before its COMMIT. So
    // all adds under way are waited for first; those that come after this COMMIT see the refusal.
    public Task<bool> RefuseIdAsync(PatientId id, CancellationToken ct) => writer.RunAsync(
        session =>
        {
            dialect.LockPatients(session);
            Failpoint.Hit(SqlFailpoints.RefuseIdBeforeInsert);
            var refused = session.Execute(RefuseId, id.ToString()) > 0 || session.First(IsRefused, _ => true, id.ToString());
            Failpoint.Hit(SqlFailpoints.RefuseIdAfterInsert);
            return refused;
        },
        ct);

    public async Task<IReadOnlyList<PatientSummary>> ListAsync(PatientFilter filter, CancellationToken ct)
    {
        var (statement, values) = lists.For(filter);
        return await readers.QueryAsync(statement, PatientLists.Read, values, ct);
    }

    public async Task<IReadOnlyList<PatientSummary>> SearchAsync(PatientSearch search, CancellationToken ct)
    {
        var (statement, values) = searches.For(search);
        return await readers.QueryAsync(statement, PatientLists.Read, values, ct);
    }

    public Task<IReadOnlyList<string>> NamesLikeAsync(IReadOnlyCollection<string> words, CancellationToken ct) => names.LikeAsync(words, ct);

    public async Task<IReadOnlyList<PatientSummary>> AmongAsync(PatientSelection selection, CancellationToken ct) =>
        selection.Ids.Count == 0 ? [] : await readers.QueryAsync(
            among, PatientLists.Read, [selection.Ids.Select(id => id.ToString()).ToArray(), selection.Archived, selection.AssignedDoctorId?.Value], ct);

    public Task<IReadOnlyList<PatientSummary>> OverdueAsync(UserId doctor, DateOnly day, int limit, CancellationToken ct) => PatientsToSee.OverdueAsync(readers, doctor, day, limit, ct);

    public Task<long> CountOverdueAsync(UserId doctor, DateOnly day, CancellationToken ct) => PatientsToSee.CountOverdueAsync(readers, doctor, day, ct);

    public Task<IReadOnlyList<LevelChange>> LevelChangesAsync(UserId doctor, DateTimeOffset since, int limit, CancellationToken ct) =>
        PatientsToSee.LevelChangesAsync(readers, doctor, since, limit, ct);

    public async Task<IReadOnlySet<string>> PresentAsync(IReadOnlyCollection<string> sourceKeys, CancellationToken ct) =>
        sourceKeys.Count == 0 ? new HashSet<string>() : (await readers.QueryAsync(present, row => row.GetString(0), [sourceKeys.ToArray()], ct)).ToHashSet(StringComparer.Ordinal);

    private static (object?[][] Rows, List<string> Names) RowsOf(PatientAdded[] chunk) => (
        Array.ConvertAll(chunk, one => (object?[])[.. PatientColumns.Values(one.Patient), .. Outbox.Values(one.Change)]),
        [.. chunk.SelectMany(one => SearchNames.Of(one.Patient))]);

    // No two of them want to be unique by the same value.
    private static bool AreApart(IReadOnlyList<PatientAdded> added) =>
        new Func<Patient, string?>[] { patient => patient.Id.ToString(), patient => patient.Details.Mrn, patient => patient.SourceKey, patient => patient.UserId?.ToString() }
            .All(unique => added.Select(one => unique(one.Patient)).OfType<string>().All(new HashSet<string>(StringComparer.Ordinal).Add));

    private async Task<AddPatientOutcome[]> AddChunkAsync(PatientAdded[] chunk, object?[][] rows, List<string> kept, CancellationToken ct)
    {
        var outcomes = await names.KeepingManyAsync(
            kept,
            session =>
            {
                Failpoint.Hit(SqlFailpoints.AddBeforeInsert);
                var changedRows = session.ExecuteMany(add, rows);
                Failpoint.Hit(SqlFailpoints.AddAfterInsert);
                return Outcomes(session, chunk, changedRows);
            },
            ct);
        Written();
        return outcomes;
    }

    // From the last to the first: what was free when its turn came and was given away after it is not why it was refused.
    private AddPatientOutcome[] Outcomes(DbSession session, PatientAdded[] chunk, int[] changedRows)
    {
        var outcomes = new AddPatientOutcome[chunk.Length];
        HashSet<(string?, int?, string?)> later = [];
        for (var i = chunk.Length - 1; i >= 0; i--)
        {
            var patient = chunk[i].Patient;
            var (mrn, user, source) = (patient.Details.Mrn, patient.UserId, patient.SourceKey);
            if (changedRows[i] > 0)
            {
                later.UnionWith([(mrn, null, null), (null, user?.Value, null), (null, null, source)]);
                continue;
            }

            var asOfThen = patient with
            {
                Details = later.Contains((mrn, null, null)) ? patient.Details with { Mrn = null } : patient.Details,
                UserId = later.Contains((null, user?.Value, null)) ? null : user,
                SourceKey = later.Contains((null, null, source)) ? null : source,
            };
            outcomes[i] = WhyNotAdded(session, chunk[i] with { Patient = asOfThen });
        }

        return outcomes;
    }

    private AddPatientOutcome WhyNotAdded(DbSession session, PatientAdded one)
    {
        var found = Look(session, one.Patient, one.Change);
        return found switch
        {
            { Logged: true } when session.MayHaveCommitted => AddPatientOutcome.Added,
            { Version: not null } => AddPatientOutcome.AlreadyExists,
            { IdRefused: true } => AddPatientOutcome.IdRefused,
            { SourceKeyTaken: true } => AddPatientOutcome.SourceKeyTaken,
            { MrnTaken: true } => AddPatientOutcome.MrnTaken,
            { UserTaken: true } => AddPatientOutcome.UserTaken,
            _ => throw new StoreUnavailableException(dialect.EngineName, "a rival record vanished while it was looked at"),
        };
    }

    private UpdatePatientOutcome WhyNotUpdated(DbSession session, Patient next, Change change)
    {
        var found = Look(session, next, change);
        return found switch
        {
            { Logged: true } when session.MayHaveCommitted => UpdatePatientOutcome.Updated,
            { Version: null } => UpdatePatientOutcome.Missing,
            { Version: var version } when version != next.Version - 1 => UpdatePatientOutcome.Stale,
            { MrnTaken: true } => UpdatePatientOutcome.MrnTaken,
            { UserTaken: true } => UpdatePatientOutcome.UserTaken,
            _ => throw new StoreUnavailableException(dialect.EngineName, "a rival record vanished while it was looked at"),
        };
    }

    private static Obstacle Look(DbSession session, Patient patient, Change change) => session.First(
        WhyNot,
        row => new Obstacle(row.Long(0), row.GetBoolean(1), row.GetBoolean(2), row.GetBoolean(3), row.GetBoolean(4), row.GetBoolean(5)),
        patient.Id.ToString(), patient.Details.Mrn, patient.UserId?.Value, patient.SourceKey, change.ChangeId);

    private void Written()
    {
        changed.Raise();
        writer.Answered(static () => Failpoint.Hit(SqlFailpoints.AddAfterCommit));
    }

    private readonly record struct Obstacle(long? Version, bool MrnTaken, bool UserTaken, bool SourceKeyTaken, bool Logged, bool IdRefused);
}
