using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Analytics;

/// <summary>How large the clinic is, and how its log stands.</summary>
public sealed record ClinicStats
{
    /// <summary>Every role, in order.</summary>
    public required IReadOnlyList<AccountTally> Accounts { get; init; }

    public required PatientCount Patients { get; init; }

    public required long LogRows { get; init; }

    /// <summary>What each store holds that is not in the log yet; counted up to 10,000.</summary>
    public required IReadOnlyList<PendingTally> Pending { get; init; }

    /// <summary>Null before the first.</summary>
    public required CheckpointMark? LastCheckpoint { get; init; }

    /// <summary>Null before the first.</summary>
    public required ConsistencyMark? LastConsistencyCheck { get; init; }
}

public sealed record AccountTally(Role Role, long Active, long Inactive);

public sealed record PendingTally(string Store, long Count, DateTimeOffset? OldestSince);

/// <summary>The newest row that a checkpoint vouches for, and when it was signed.</summary>
public sealed record CheckpointMark(long Seq, DateTimeOffset At);

/// <summary>The row of the log that says how a check of all stores ended, when that was, and whether it found nothing.</summary>
public sealed record ConsistencyMark(long Seq, DateTimeOffset At, bool Ok);

/// <summary>Counts for admins, each made in its database.</summary>
public sealed class GetClinicStatsHandler(
    IUserStore users, IPatientStore patients, ISecurityLog log, IReadOnlyList<IChangeSource> sources, Checkpointer checkpoints, AuditTrail audit)
{
    private static readonly LogFilter ChecksOfConsistency = new() { EventType = AuditAction.ConsistencyChecked.Wire(), Limit = 1 };

    public async Task<Result<ClinicStats>> HandleAsync(Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "see the clinic's numbers", null, ct);
        var accounts = await users.CountAsync(ct);
        return new ClinicStats
        {
            Accounts = [.. Enum.GetValues<Role>().Select(role => new AccountTally(role, CountOf(role, true), CountOf(role, false)))],
            Patients = await patients.CountAsync(ct),
            // Numbered without a gap.
            LogRows = (await log.HeadAsync(ct)).Seq,
            Pending = await PendingAsync(ct),
            LastCheckpoint = checkpoints.Last() is { } last ? new(last.Seq, last.At) : null,
            LastConsistencyCheck = await log.FindAsync(ChecksOfConsistency, ct) is [var check, ..] ? new(check.Seq, check.CreatedAt, check.Severity == AuditSeverity.Info.Wire()) : null,
        };

        long CountOf(Role role, bool active) => accounts.Where(account => account.Role == role && account.IsActive == active).Sum(account => account.Count);
    }

    // Several sources may be of one store.
    private async Task<IReadOnlyList<PendingTally>> PendingAsync(CancellationToken ct)
    {
        var found = new List<PendingTally>();
        foreach (var source in sources)
        {
            var state = await source.PendingStateAsync(ct);
            found.Add(new(source.Store, state.Count, state.OldestSince));
        }

        return [.. found.GroupBy(one => one.Store).Select(store => new PendingTally(store.Key, store.Sum(one => one.Count), store.Min(one => one.OldestSince)))];
    }
}
