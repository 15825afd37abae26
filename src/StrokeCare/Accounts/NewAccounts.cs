using StrokeCare.Changes;

namespace StrokeCare.Accounts;

/// <summary>The new account, and whether an earlier attempt under the same key had already made it.</summary>
public sealed record CreatedUser(User User, bool Replayed) : ICreated;

/// <summary>Adds an account, whoever asked for it; under an Idempotency-Key once, however often it is asked.</summary>
public sealed class NewAccounts(IUserStore users, IIdempotencyStore keys, ClinicalIds ids, PasswordDesk desk, TimeProvider time)
{
    /// <summary><paramref name="change"/> makes the change of the account as it is added, under the given change id.</summary>
    public async Task<Result<CreatedUser>> AddAsync(UserDraft draft, Func<User, string, Change> change, IdempotentRequest? request, CancellationToken ct)
    {
        if (draft.Fault() is { } fault) return fault;
        if (request is null) return await AddAsync(draft, user => change(user, Change.NewId()), ct);
        var reserved = await keys.ReserveAsync(request.Scope, new(ids.Next(), request.RequestHash, null), time.GetUtcNow(), ct);
        if (!request.Matches(reserved)) return IdempotentRequest.KeyReused;
        if (reserved.Status is not null && await users.FindByUsernameAsync(draft.Username, ct) is { } earlier) return new CreatedUser(earlier, Replayed: true);
        Failpoint.Hit("new_account.after_reserve");

        // All attempts under the key bear one change id: the store tells whether the account was made by one of them.
        var result = await AddAsync(draft, user => change(user, $"{reserved.Id}-user"), ct);
        if (result.Succeeded) await keys.CompleteAsync(request.Scope, 201, ct);
        else if (result.Error.Kind is not ErrorKind.Unavailable) await keys.ForgetAsync(request, ct);
        return result;
    }

    private async Task<Result<CreatedUser>> AddAsync(UserDraft draft, Func<User, Change> change, CancellationToken ct)
    {
        var drafted = await draft.ToUserAsync(desk, time, ct);
        if (!drafted.Succeeded) return drafted.Error;
        var (outcome, id) = await users.AddAsync(drafted.Value, added => change(drafted.Value with { Id = added }), ct);
        Failpoint.Hit("new_account.after_add");
        return outcome switch
        {
            AddUserOutcome.Added => new CreatedUser(drafted.Value with { Id = id }, Replayed: false),
            AddUserOutcome.AlreadyAdded => new CreatedUser(await users.FindAsync(id, ct) ?? drafted.Value with { Id = id }, Replayed: true),
            AddUserOutcome.UsernameTaken => UserErrors.UsernameTaken,
            AddUserOutcome.EmailTaken => UserErrors.EmailTaken,
        };
    }
}
