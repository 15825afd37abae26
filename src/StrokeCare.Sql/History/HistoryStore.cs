using System.Runtime.CompilerServices;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Sql.Changes;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.History;

/// <summary>
/// Medical history in the relational store. An entry and its outbox row are one statement, and a write that changed
/// nothing asks afterwards why.
/// </summary>
internal sealed class HistoryStore(Dialect dialect, Writer writer, Readers readers, ChangeSignal changed) : IHistoryStore
{
    private static readonly string[] NeverAmended = ["id", "patient_id", "recorded_by", "recorded_by_name", "created_at"];

    private static readonly string Amended = Assignments.Of(HistoryColumns.All, NeverAmended);

    private static readonly string Numbers = Dialect.Numbers(1, HistoryColumns.All.Length);

    private static readonly Statement ById = new($"SELECT {HistoryColumns.Names} FROM medical_history WHERE id = $1 AND patient_id = $2", SqlType.Text, SqlType.Text);

    private static readonly Statement FirstPage = new(
        $"SELECT {HistoryColumns.Names} FROM medical_history WHERE patient_id = $1 ORDER BY record_date DESC, id DESC LIMIT $2", SqlType.Text, SqlType.Int);

    private static readonly Statement NextPage = new(
        $"SELECT {HistoryColumns.Names} FROM medical_history WHERE patient_id = $1 AND (record_date, id) < ($2, $3) ORDER BY record_date DESC, id DESC LIMIT $4",
        SqlType.Text, SqlType.Long, SqlType.Text, SqlType.Int);

    private static readonly Statement WhyNot = new(
        """
        SELECT (SELECT version FROM medical_history WHERE id = $1 AND patient_id = $2),
            EXISTS (SELECT 1 FROM outbox WHERE change_id = $3) OR EXISTS (SELECT 1 FROM security_logs WHERE change_id = $3)
        """,
        SqlType.Text, SqlType.Text, SqlType.Text);

    private static readonly SqlType[] EntryTypes = [.. HistoryColumns.All.Select(c => c.Type)];

    private readonly Statement add = dialect.Then(
        new($"INSERT INTO medical_history ({HistoryColumns.Written}) VALUES ({Numbers}) ON CONFLICT DO NOTHING", EntryTypes), Outbox.Columns, Outbox.Types);

    private readonly Statement amend = dialect.Then(
        new($"""
        UPDATE medical_history SET {Amended} WHERE id = $1 AND patient_id = $2 AND version = $3 - 1
        """, EntryTypes),
        Outbox.Columns,
        Outbox.Types);

    private readonly HistorySearches searches = new(dialect);
    private readonly HistoryMentions mentions = new(dialect);

    public async Task<AddHistoryOutcome> AddAsync(HistoryEntry entry, Change change, CancellationToken ct)
    {
        object?[] values = [.. HistoryColumns.Values(entry), .. Outbox.Values(change)];
        var outcome = await writer.WriteAsync(
            new OneWrite<AddHistoryOutcome>(
                add, values, AddHistoryOutcome.Added, session => IsOurs(Look(session, entry, change), session) ? AddHistoryOutcome.Added : AddHistoryOutcome.AlreadyExists)
            {
                Before = static () => Failpoint.Hit(SqlFailpoints.HistoryAddBeforeInsert),
                After = static () => Failpoint.Hit(SqlFailpoints.HistoryAddAfterInsert),
            },
            ct);
        if (outcome == AddHistoryOutcome.Added) Written();
        return outcome;
    }

    public async Task<AmendHistoryOutcome> AmendAsync(HistoryEntry next, Change change, CancellationToken ct)
    {
        object?[] values = [.. HistoryColumns.Values(next), .. Outbox.Values(change)];
        var outcome = await writer.WriteAsync(
            new OneWrite<AmendHistoryOutcome>(amend, values, AmendHistoryOutcome.Amended, session => WhyNotAmended(session, next, change))
            {
                Before = static () => Failpoint.Hit(SqlFailpoints.HistoryAmendBeforeWrite),
                After = static () => Failpoint.Hit(SqlFailpoints.HistoryAmendAfterWrite),
            },
            ct);
        if (outcome == AmendHistoryOutcome.Amended) Written();
        return outcome;
    }

    public Task<HistoryEntry?> FindAsync(PatientId patient, HistoryEntryId id, CancellationToken ct) =>
        readers.FirstAsync(ById, HistoryColumns.Read, [id.ToString(), patient.ToString()], ct);

    public async Task<IReadOnlyList<HistoryEntry>> ListAsync(HistoryFilter filter, CancellationToken ct)
    {
        var (statement, values) = PageOf(filter);
        return await readers.QueryAsync(statement, HistoryColumns.Read, values, ct);
    }

    public async Task<IReadOnlyList<HistoryEntry>> SearchAsync(HistorySearch search, CancellationToken ct)
    {
        var (statement, values) = searches.For(search);
        return await readers.QueryAsync(statement, HistoryColumns.Read, values, ct);
    }

    public async IAsyncEnumerable<IReadOnlyList<PatientId>> PatientsAsync(HistoryMention mention, [EnumeratorCancellation] CancellationToken ct)
    {
        var words = mention.Among is null ? await RarestFirstAsync(mention.Words, ct) : mention.Words;
        PatientId? last = null;
        for (var left = mention.Limit; left > 0;)
        {
            var most = Math.Min(left, last is null ? mention.First : HistoryMention.AtATime);
            var (statement, values) = mentions.For(mention with { Words = words }, last, most);
            var some = await readers.QueryAsync(statement, row => new PatientId(ClinicalId.Parse(row.GetString(0))), values, ct);
            if (some.Count == 0) yield break;
            yield return some;
            (last, left) = (some[^1], left - some.Count);
        }
    }

    // So that few entries are asked about the others.
    private async Task<IReadOnlyList<string>> RarestFirstAsync(IReadOnlyList<string> words, CancellationToken ct)
    {
        if (words.Count == 1) return words;
        var times = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var word in words) times[word] = await readers.FirstAsync(HistoryMentions.Times, row => row.GetInt64(0), [word], ct);
        return [.. words.OrderBy(word => times[word])];
    }

    /// <summary>What a list asks, for tests that ask for its plan.</summary>
    internal static (Statement Statement, object?[] Values) PageOf(HistoryFilter filter) => filter.Behind is { } behind
        ? (NextPage, [filter.Patient.ToString(), behind.RecordDate.ToUnixTimeMilliseconds(), behind.Id.ToString(), filter.Limit])
        : (FirstPage, [filter.Patient.ToString(), filter.Limit]);

    private static AmendHistoryOutcome WhyNotAmended(DbSession session, HistoryEntry next, Change change) => Look(session, next, change) switch
    {
        var found when IsOurs(found, session) => AmendHistoryOutcome.Amended,
        { Version: null } => AmendHistoryOutcome.Missing,
        _ => AmendHistoryOutcome.Stale,
    };

    private static bool IsOurs(Obstacle found, DbSession session) => found.Logged && session.MayHaveCommitted;

    private static Obstacle Look(DbSession session, HistoryEntry entry, Change change) => session.First(
        WhyNot, row => new Obstacle(row.Long(0), row.GetBoolean(1)), entry.Id.ToString(), entry.PatientId.ToString(), change.ChangeId);

    private void Written()
    {
        changed.Raise();
        writer.Answered(static () => Failpoint.Hit(SqlFailpoints.HistoryAfterCommit));
    }

    private readonly record struct Obstacle(long? Version, bool Logged);
}
