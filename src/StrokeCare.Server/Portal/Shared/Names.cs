using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Server.Portal;

/// <summary>Whose an id is, as the pages say it.</summary>
internal static class Names
{
    /// <summary>Dr Grace Hall; null for nobody, and for who is not there.</summary>
    public static async Task<string?> DoctorAsync(this IUserStore users, UserId? id, CancellationToken ct) =>
        id is { } doctor && (await users.NamesAsync([doctor], ct)).TryGetValue(doctor, out var name) ? Words.Of(name) : null;

    /// <summary>Everybody whom these rows name, in one query.</summary>
    public static Task<IReadOnlyDictionary<UserId, DoctorName>> OfRowsAsync(this IUserStore users, IEnumerable<LogRow> rows, CancellationToken ct) =>
        users.NamesAsync([.. rows.Select(row => row.UserId).OfType<int>().Distinct().Select(user => new UserId(user))], ct);
}
