using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>A page of who looked at a record, with the names of those who did and the cursor of what is older.</summary>
internal sealed record AccessLogPart(IReadOnlyList<LogRow> Rows, IReadOnlyDictionary<UserId, DoctorName> Names, string? Next)
{
    public static AccessLogPart Empty { get; } = new([], new Dictionary<UserId, DoctorName>(), null);
}

/// <summary>Reads it for patients and for staff alike; the operation decides who may.</summary>
internal sealed class AccessLogs(GetAccessLogHandler handler, IUserStore users, Cursors seals)
{
    private const int PageSize = 30;

    public async Task<Result<AccessLogPart>> ReadAsync(PatientId id, string? after, Actor actor, CancellationToken ct)
    {
        var list = $"access-log {id}";
        long? before = null;
        if (after is not null && (before = seals.OpenSeq(list, actor, after)) is null) return Cursors.Invalid;
        var page = await handler.HandleAsync(id, before, PageSize, actor, ct);
        if (!page.Succeeded) return page.Error;
        return new AccessLogPart(page.Value.Items, await users.OfRowsAsync(page.Value.Items, ct), page.Value.Next is { } key ? seals.Seal(list, actor, key) : null);
    }
}
