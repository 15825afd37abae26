using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Access;

/// <summary>The accounts of those who act on one portal, made once. Nobody signs in by password here, so all share one hash of none.</summary>
internal sealed class Cast
{
    private const string PasswordHash = "$2b$12$EXRkfkdmXn2gzds2SSitu.MW9.gAVqa9eLS1//RYtYCmB1eLHg.9q";

    private readonly RunningPortal portal;
    private readonly Dictionary<Who, User> accounts = [];

    private Cast(RunningPortal portal) => this.portal = portal;

    /// <summary>The doctor of the foreign record; plays no other part.</summary>
    public User Stranger { get; private set; } = null!;

    public static async Task<Cast> OnAsync(RunningPortal portal)
    {
        var cast = new Cast(portal);
        foreach (var (who, role) in new[]
        {
            (Who.OtherPatient, Role.Patient), (Who.AssignedDoctor, Role.Doctor), (Who.OtherDoctor, Role.Doctor), (Who.FormerDoctor, Role.Doctor),
            (Who.Admin, Role.Admin), (Who.Deactivated, Role.Doctor), (Who.Locked, Role.Doctor),
        })
            cast.accounts[who] = await cast.HireAsync(role, isActive: who != Who.Deactivated);
        cast.Stranger = await cast.HireAsync(Role.Doctor);
        await cast.LockAsync(cast.accounts[Who.Locked].Id);
        return cast;
    }

    /// <summary>Whose token the actor sends; an owner's depends on the record. The anonymous send none, and what is theirs is an assigned doctor's.</summary>
    public User AccountOf(Who who) => accounts.GetValueOrDefault(who) ?? accounts[Who.AssignedDoctor];

    /// <summary>The doctor of the record that is "own" to this actor.</summary>
    public User DoctorOf(Who who) => who is Who.Deactivated or Who.Locked ? accounts[who] : accounts[Who.AssignedDoctor];

    public async Task<User> HireAsync(Role role, bool isActive = true)
    {
        var (name, now) = ($"{role.Wire()}-{Change.NewId()}", portal.Get<TimeProvider>().GetUtcNow());
        var user = new User
        {
            Id = default,
            Username = name,
            Email = $"{name}@clinic.test",
            PasswordHash = PasswordHash,
            Role = role,
            IsActive = isActive,
            CreatedAt = now,
            PasswordChangedAt = now,
        };
        var (outcome, id) = await portal.Get<IUserStore>().AddAsync(
            user, added => portal.Get<AuditTrail>().OfUser(AuditAction.UserCreated, Actor.Operator, user with { Id = added }), CancellationToken.None);
        Assert.Equal(AddUserOutcome.Added, outcome);
        var stored = (await portal.Get<IUserStore>().FindAsync(id, CancellationToken.None))!;
        Assert.Equal(isActive, stored.IsActive);
        return stored;
    }

    private async Task LockAsync(UserId id)
    {
        var users = portal.Get<IUserStore>();
        for (var i = 0; i < SignInAttempt.Most; i++) await users.CountAttemptAsync(id, portal.Get<TimeProvider>().GetUtcNow(), CancellationToken.None);
        Assert.True((await users.CountAttemptAsync(id, portal.Get<TimeProvider>().GetUtcNow(), CancellationToken.None)).IsLocked);
    }
}
