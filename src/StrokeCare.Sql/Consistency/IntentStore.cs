using System.Data.Common;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Patients;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Consistency;

/// <summary>Intents. A closed one stays as a line for the operator, without its payload, and is found by nobody who would carry it on.</summary>
internal sealed class IntentStore(Writer writer, Readers readers) : IIntentStore
{
    private const string Columns = "id, kind, patient_id, user_id, payload, created_at";

    private static readonly Statement Add = new(
        $"INSERT INTO intents ({Columns}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING",
        SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Int, SqlType.Bytes, SqlType.Long);

    private static readonly Statement ById = new($"SELECT {Columns} FROM intents WHERE id = $1 AND closed_at IS NULL", SqlType.Text);

    private static readonly string KnownKinds = string.Join(", ", Enum.GetValues<IntentKind>().Select(kind => $"'{AuditNames.Snake(kind.ToString())}'"));

    private static readonly Statement Open = new(
        $"""
        SELECT {Columns} FROM intents WHERE closed_at IS NULL AND created_at < $1 AND (created_at, id) > ($2, $3) AND kind IN ({KnownKinds})
        ORDER BY created_at, id LIMIT $4
        """,
        SqlType.Long, SqlType.Long, SqlType.Text, SqlType.Int);

    private static readonly Statement Close = new(
        "UPDATE intents SET outcome = $2, closed_at = $3, payload = NULL WHERE id = $1 AND closed_at IS NULL", SqlType.Text, SqlType.Text, SqlType.Long);

    public Task AddAsync(Intent intent, CancellationToken ct)
    {
        object?[] values =
        [
            intent.Id, AuditNames.Snake(intent.Kind.ToString()), intent.PatientId?.ToString(), intent.UserId?.Value, intent.Payload, intent.CreatedAt.ToUnixTimeMilliseconds(),
        ];
        return writer.WriteAsync(
            session =>
            {
                Failpoint.Hit(SqlFailpoints.IntentAddBeforeInsert);
                var added = session.Execute(Add, values);
                Failpoint.Hit(SqlFailpoints.IntentAddAfterInsert);
                return added;
            },
            ct);
    }

    public Task<Intent?> FindAsync(string id, CancellationToken ct) => readers.FirstAsync(ById, Read, [id], ct);

    public async Task<IReadOnlyList<Intent>> OpenAsync(DateTimeOffset madeBefore, Intent? after, int max, CancellationToken ct) =>
        await readers.QueryAsync(Open, Read, [madeBefore.ToUnixTimeMilliseconds(), after?.CreatedAt.ToUnixTimeMilliseconds() ?? 0, after?.Id ?? "", max], ct);

    public Task CloseAsync(string id, string outcome, DateTimeOffset now, CancellationToken ct) => writer.WriteAsync(
        session =>
        {
            Failpoint.Hit(SqlFailpoints.IntentCloseBeforeWrite);
            var closed = session.Execute(Close, id, outcome, now.ToUnixTimeMilliseconds());
            Failpoint.Hit(SqlFailpoints.IntentCloseAfterWrite);
            return closed;
        },
        ct);

    private static Intent Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Kind = AuditNames.Parse<IntentKind>(row.GetString(1)) ?? throw new InvalidDataException("A stored intent is of a kind this program does not know."),
        PatientId = row.Text(2) is { } id ? new PatientId(ClinicalId.Parse(id)) : null,
        UserId = row.Int(3) is { } user ? new UserId(user) : null,
        // An open one has lost it only by another hand; what cannot be opened is closed as unreadable.
        Payload = row.IsDBNull(4) ? [] : row.GetFieldValue<byte[]>(4),
        CreatedAt = row.Milliseconds(5),
    };
}
