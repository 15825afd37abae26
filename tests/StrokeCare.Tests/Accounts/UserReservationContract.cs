using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using static StrokeCare.Tests.Accounts.AccountBuilder;

namespace StrokeCare.Tests.Accounts;

/// <summary>Accounts that a self-registration has taken and not made real yet. No test here adds an admin but the one that asks for them.</summary>
public abstract class UserReservationContract<TFixture>(TFixture fixture) : UserContract<TFixture>(fixture)
    where TFixture : UserStoreFixture
{
    [Fact]
    public async Task Takes_name_and_address_without_a_version_or_a_change()
    {
        var reserved = await ReservedAsync(AnAccount().ReservedFor(Change.NewId()));

        Assert.Equal(reserved, await StoredAsync(reserved.Id));
        Assert.Equal(reserved, await Users.FindByUsernameAsync(reserved.Username.ToUpperInvariant(), Ct));
        Assert.Null(await Users.FindByEmailAsync(reserved.Email, Ct));
        Assert.Empty(await ChangesOfAsync(reserved.Id));
        Assert.DoesNotContain(await Versions.VersionsAsync(Ct).ToListAsync(Ct), v => v.Id == reserved.Id.ToString());
        Assert.Equal(AddUserOutcome.UsernameTaken, (await AddAsync(AnAccount(username: reserved.Username))).Outcome);
        Assert.Equal(AddUserOutcome.EmailTaken, (await AddAsync(AnAccount(email: reserved.Email))).Outcome);
    }

    [Fact]
    public async Task Answers_the_same_id_to_the_same_intent_and_taken_to_another()
    {
        var there = await AddedAsync(AnAccount());
        var draft = AnAccount().ReservedFor(Change.NewId());
        var reserved = await ReservedAsync(draft);

        Assert.Equal((AddUserOutcome.Added, reserved.Id), await Users.ReserveAsync(draft, Ct));
        Assert.Equal((AddUserOutcome.UsernameTaken, default), await Users.ReserveAsync(AnAccount(username: draft.Username).ReservedFor(Change.NewId()), Ct));
        Assert.Equal((AddUserOutcome.EmailTaken, default), await Users.ReserveAsync(AnAccount(email: draft.Email).ReservedFor(Change.NewId()), Ct));
        Assert.Equal((AddUserOutcome.UsernameTaken, default), await Users.ReserveAsync(AnAccount(username: there.Username).ReservedFor(Change.NewId()), Ct));
        Assert.Equal((AddUserOutcome.EmailTaken, default), await Users.ReserveAsync(AnAccount(email: there.Email).ReservedFor(Change.NewId()), Ct));
    }

    [Fact]
    public async Task Gives_twenty_of_one_intent_one_id()
    {
        var draft = AnAccount().ReservedFor(Change.NewId());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Users.ReserveAsync(draft, Ct)));

        Assert.All(answers, answer => Assert.Equal((AddUserOutcome.Added, answers[0].Id), answer));
    }

    [Fact]
    public async Task Gives_a_name_to_one_of_twenty_intents()
    {
        var name = AnAccount().Username;

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Users.ReserveAsync(AnAccount(username: name).ReservedFor(Change.NewId()), Ct)));

        Assert.Single(answers, a => a.Outcome == AddUserOutcome.Added);
        Assert.Equal(19, answers.Count(a => a.Outcome == AddUserOutcome.UsernameTaken));
    }

    [Fact]
    public async Task Becomes_a_real_account_at_version_one_with_its_change()
    {
        var reserved = await ReservedAsync(AnAccount().ReservedFor(Change.NewId()));

        Assert.True(await ActivateAsync(reserved));

        var active = reserved.Activate();
        Assert.Equal(active, await StoredAsync(reserved.Id));
        Assert.Equal(active, await Users.FindByEmailAsync(active.Email, Ct));
        Assert.Equal("user_created", Assert.Single(await ChangesOfAsync(reserved.Id)).Event);
        Assert.Contains(new EntityVersion(EntityType.User, reserved.Id.ToString(), 1), await Versions.VersionsAsync(Ct).ToListAsync(Ct));
        Assert.Equal(UpdateUserOutcome.Updated, await UpdateAsync(active.Next(u => u with { FirstName = "Real" })));
        Assert.Equal([1, 2], await VersionsOfAsync(reserved.Id));
    }

    [Fact]
    public async Task Activates_once_however_often_it_is_asked_under_one_change_id()
    {
        var reserved = await ReservedAsync(AnAccount().ReservedFor(Change.NewId()));

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ActivateAsync(reserved))), Assert.True);
        Assert.True(await ActivateAsync(reserved));
        Assert.Equal([1], await VersionsOfAsync(reserved.Id));

        // Whoever repeats it late must not undo what has come since.
        var next = reserved.Activate().Next(u => u with { IsActive = false });
        await UpdateAsync(next);
        Assert.True(await ActivateAsync(reserved));
        Assert.Equal(next, await StoredAsync(reserved.Id));
        Assert.Equal([1, 2], await VersionsOfAsync(reserved.Id));
    }

    // Request, repeat and recovery may all carry one intent: the slower one must find the account, not a rival.
    [Fact]
    public async Task Answers_the_same_id_to_its_intent_after_it_became_real()
    {
        var draft = AnAccount().ReservedFor(Change.NewId());
        var reserved = await ReservedAsync(draft);
        await ActivateAsync(reserved);

        Assert.Equal((AddUserOutcome.Added, reserved.Id), await Users.ReserveAsync(draft, Ct));

        Assert.Equal(reserved.Activate(), await StoredAsync(reserved.Id));
        Assert.Equal([1], await VersionsOfAsync(reserved.Id));
    }

    [Fact]
    public async Task Does_not_activate_what_is_not_reserved_by_this_intent()
    {
        var reserved = await ReservedAsync(AnAccount().ReservedFor(Change.NewId()));
        var there = await AddedAsync(AnAccount() with { IsActive = false });

        Assert.False(await Users.ActivateAsync(reserved.Id, Change.NewId(), reserved.Activate().AsChange(AuditAction.UserCreated), Ct));
        Assert.False(await Users.ActivateAsync(there.Id, Change.NewId(), there.AsChange(AuditAction.UserCreated), Ct));
        Assert.False(await Users.ActivateAsync(new(int.MaxValue), Change.NewId(), reserved.AsChange(AuditAction.UserCreated), Ct));

        Assert.Equal(reserved, await StoredAsync(reserved.Id));
        Assert.Equal(there, await StoredAsync(there.Id));
        Assert.Empty(await ChangesOfAsync(reserved.Id));
    }

    [Fact]
    public async Task Is_not_updated_before_it_is_real()
    {
        var reserved = await ReservedAsync(AnAccount().ReservedFor(Change.NewId()));

        Assert.Equal(UpdateUserOutcome.Missing, await UpdateAsync(reserved with { ReservedBy = null, IsActive = true, Version = 1 }));

        Assert.Equal(reserved, await StoredAsync(reserved.Id));
        Assert.Empty(await ChangesOfAsync(reserved.Id));
    }

    [Fact]
    public async Task Is_taken_away_and_leaves_its_name_and_address_free()
    {
        var reserved = await ReservedAsync(AnAccount().ReservedFor(Change.NewId()));
        var other = await ReservedAsync(AnAccount().ReservedFor(Change.NewId()));

        await Users.RemoveReservedAsync(reserved.ReservedBy!, Ct);
        await Users.RemoveReservedAsync(reserved.ReservedBy!, Ct);

        Assert.Null(await Users.FindAsync(reserved.Id, Ct));
        Assert.Null(await Users.FindByUsernameAsync(reserved.Username, Ct));
        Assert.False(await ActivateAsync(reserved));
        Assert.Equal(other, await StoredAsync(other.Id));
        var again = await AddedAsync(AnAccount(username: reserved.Username, email: reserved.Email));
        Assert.NotEqual(reserved.Id, again.Id);
    }

    [Fact]
    public async Task Is_never_taken_away_once_it_is_real()
    {
        var reserved = await ReservedAsync(AnAccount().ReservedFor(Change.NewId()));
        await ActivateAsync(reserved);

        await Users.RemoveReservedAsync(reserved.ReservedBy!, Ct);

        Assert.Equal(reserved.Activate(), await StoredAsync(reserved.Id));
    }

    [Fact]
    public async Task Is_no_admin_before_it_is_real()
    {
        await ReservedAsync(AnAccount(Role.Admin).ReservedFor(Change.NewId()));
        await AddedAsync(AnAccount(Role.Doctor));
        Assert.False(await Users.AnyAdminAsync(Ct));

        await AddedAsync(AnAccount(Role.Admin));
        Assert.True(await Users.AnyAdminAsync(Ct));
    }

    private Task<bool> ActivateAsync(User reserved) =>
        Users.ActivateAsync(reserved.Id, reserved.ReservedBy!, reserved.Activate().AsChange(AuditAction.UserCreated, $"{reserved.ReservedBy}-user"), Ct);
}
