namespace StrokeCare.Accounts;

/// <summary>Turns a valid token into who may act now: active, of the same epoch, with the role of this moment. Never cached.</summary>
public sealed class ResolveActorHandler(IUserStore users)
{
    public async Task<(Actor Actor, User User)?> HandleAsync(UserId id, int epoch, Origin origin, CancellationToken ct)
    {
        var user = await users.FindAsync(id, ct);
        if (user is not { IsActive: true } || user.Epoch != epoch) return null;
        return (new Actor(user.Id, user.Username, user.Role, origin), user);
    }
}
