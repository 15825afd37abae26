using StrokeCare.Accounts;
using StrokeCare.Changes;
using static StrokeCare.Tests.Accounts.AccountBuilder;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Accounts;

/// <summary>How an account moves from version to version, and what moves without one.</summary>
public abstract class UserUpdateContract<TFixture>(TFixture fixture) : UserContract<TFixture>(fixture)
    where TFixture : UserStoreFixture
{
    [Fact]
    public async Task Stores_the_next_version_with_every_field_and_its_change()
    {
        var user = await AddedAsync(AnAccount());
        var full = AFullAccount();
        var next = full with { Id = user.Id, Username = user.Username, CreatedAt = user.CreatedAt, Version = 2 };

        Assert.Equal(UpdateUserOutcome.Updated, await UpdateAsync(next));

        Assert.Equal(next, await StoredAsync(user.Id));
        Assert.Equal([1, 2], await VersionsOfAsync(user.Id));
        Assert.Equal("user_updated", (await ChangesOfAsync(user.Id))[1].Event);
        Assert.Contains(new EntityVersion(EntityType.User, user.Id.ToString(), 2), await Versions.VersionsAsync(Ct).ToListAsync(Ct));
    }

    [Fact]
    public async Task Forgets_every_field_that_the_next_version_leaves_out()
    {
        var user = await AddedAsync(AFullAccount());
        var next = user.Next(u => u with { FirstName = null, LastName = null, Phone = null, Specialization = null, LicenseNumber = null, MustChangePassword = false });

        Assert.Equal(UpdateUserOutcome.Updated, await UpdateAsync(next));
        Assert.Equal(next, await StoredAsync(user.Id));
    }

    [Fact]
    public async Task A_new_password_ends_the_epoch()
    {
        var user = await AddedAsync(AnAccount());
        var next = user.WithPassword(Unique("$2b$12$"), mustChange: true, Now.AddMinutes(1));

        Assert.Equal(UpdateUserOutcome.Updated, await UpdateAsync(next));

        var stored = await StoredAsync(user.Id);
        Assert.Equal((1, 2, next.PasswordHash, next.PasswordChangedAt), (stored.Epoch, stored.Version, stored.PasswordHash, stored.PasswordChangedAt));
    }

    [Fact]
    public async Task Refuses_a_stale_version()
    {
        var user = await AddedAsync(AnAccount());
        var second = user.Next(u => u with { FirstName = "Second" });
        await UpdateAsync(second);

        Assert.Equal(UpdateUserOutcome.Stale, await UpdateAsync(user.Next(u => u with { FirstName = "Other" })));
        Assert.Equal(UpdateUserOutcome.Stale, await UpdateAsync(second with { FirstName = "Fourth", Version = 4 }));
        Assert.Equal(UpdateUserOutcome.Stale, await UpdateAsync(user.Next(u => u with { FirstName = "Other" }), FailedAttempts.Forget));

        Assert.Equal(second, await StoredAsync(user.Id));
        Assert.Equal([1, 2], await VersionsOfAsync(user.Id));
    }

    [Fact]
    public async Task The_last_active_admin_stays_one()
    {
        for (var i = 0; i < 2; i++) await AddedAsync(AnAccount(Role.Admin));
        var admins = await Users.ListAsync(new() { Role = Role.Admin, IsActive = true, Limit = 100 }, Ct);

        var outcomes = new List<UpdateUserOutcome>();
        foreach (var admin in admins) outcomes.Add(await UpdateAsync(admin.Next(a => a with { Role = Role.Doctor })));
        outcomes.Add(await UpdateAsync(admins[^1].Next(a => a with { IsActive = false })));
        outcomes.Add(await UpdateAsync(admins[^1].Next(a => a with { FirstName = "Still" })));

        UpdateUserOutcome[] ends = [UpdateUserOutcome.LastAdmin, UpdateUserOutcome.LastAdmin, UpdateUserOutcome.Updated];
        Assert.Equal([.. Enumerable.Repeat(UpdateUserOutcome.Updated, admins.Count - 1), .. ends], outcomes);
        Assert.Equal([1, 2], await VersionsOfAsync(admins[^1].Id));
    }

    [Fact]
    public async Task Does_not_update_what_is_not_there()
    {
        var absent = AnAccount() with { Id = new(int.MaxValue), Version = 2 };

        Assert.Equal(UpdateUserOutcome.Missing, await UpdateAsync(absent));
        Assert.Null(await Users.FindAsync(absent.Id, Ct));
        Assert.Empty(await ChangesOfAsync(absent.Id));
    }

    [Fact]
    public async Task Lets_one_win_when_twenty_write_the_same_version()
    {
        var user = await AddedAsync(AnAccount());

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => UpdateAsync(user.Next(u => u with { FirstName = $"N{i}" }))));

        Assert.Single(outcomes, UpdateUserOutcome.Updated);
        Assert.Equal(19, outcomes.Count(o => o == UpdateUserOutcome.Stale));
        Assert.Equal(2, (await StoredAsync(user.Id)).Version);
        Assert.Equal([1, 2], await VersionsOfAsync(user.Id));
    }

    [Fact]
    public async Task Numbers_the_versions_of_racing_writers_without_a_gap()
    {
        const int writers = 20;
        var user = await AddedAsync(AnAccount());

        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => WriteUntilUpdatedAsync(user.Id)));

        Assert.Equal(writers + 1, (await StoredAsync(user.Id)).Version);
        Assert.Equal(Enumerable.Range(1, writers + 1).Select(v => (long?)v), await VersionsOfAsync(user.Id));
    }

    [Fact]
    public async Task Moves_an_address_and_frees_the_old_one()
    {
        var user = await AddedAsync(AnAccount());
        var moved = user.Next(u => u with { Email = Unique("Neu") + "@clinic.test" });

        Assert.Equal(UpdateUserOutcome.Updated, await UpdateAsync(moved));

        Assert.Null(await Users.FindByEmailAsync(user.Email, Ct));
        Assert.Equal(moved, await Users.FindByEmailAsync(moved.Email.ToUpperInvariant(), Ct));
        Assert.Equal(AddUserOutcome.EmailTaken, (await AddAsync(AnAccount(email: moved.Email))).Outcome);
        await AddedAsync(AnAccount(email: user.Email));
    }

    [Fact]
    public async Task Keeps_an_address_that_changes_only_in_its_case()
    {
        var user = await AddedAsync(AnAccount());
        var next = user.Next(u => u with { Email = u.Email.ToUpperInvariant() });

        Assert.Equal(UpdateUserOutcome.Updated, await UpdateAsync(next));
        Assert.Equal(next, await Users.FindByEmailAsync(user.Email, Ct));
    }

    [Fact]
    public async Task Refuses_an_address_already_taken()
    {
        var (there, user) = (await AddedAsync(AnAccount()), await AddedAsync(AnAccount()));
        var reserved = await ReservedAsync(AnAccount().ReservedFor(Change.NewId()));

        Assert.Equal(UpdateUserOutcome.EmailTaken, await UpdateAsync(user.Next(u => u with { Email = there.Email.ToUpperInvariant() })));
        Assert.Equal(UpdateUserOutcome.EmailTaken, await UpdateAsync(user.Next(u => u with { Email = reserved.Email })));

        Assert.Equal(user, await StoredAsync(user.Id));
        Assert.Equal([1], await VersionsOfAsync(user.Id));
        Assert.Equal(UpdateUserOutcome.Updated, await UpdateAsync(user.Next(u => u with { FirstName = "Free" })));
    }

    [Fact]
    public async Task Gives_an_address_to_one_of_twenty_accounts_that_change_to_it()
    {
        var email = Unique("wanted") + "@clinic.test";
        var users = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AddedAsync(AnAccount())));

        var outcomes = await Task.WhenAll(users.Select(user => UpdateAsync(user.Next(u => u with { Email = email }))));

        Assert.Single(outcomes, UpdateUserOutcome.Updated);
        Assert.Equal(19, outcomes.Count(o => o == UpdateUserOutcome.EmailTaken));
        var stored = await Task.WhenAll(users.Select(u => StoredAsync(u.Id)));
        Assert.Single(stored, u => u.Email == email);
    }

    [Fact]
    public async Task Never_takes_the_last_sign_in_and_failed_attempts_from_an_update()
    {
        var (user, at) = (await AddedAsync(AnAccount()), Now);
        await Users.SignedInAsync(user.Id, at, Ct);
        await Users.CountAttemptAsync(user.Id, at, Ct);

        var next = user.Next(u => u with { LastLogin = at.AddDays(-1), FailedAttempts = 4, LockedUntil = at.AddDays(1) });
        Assert.Equal(UpdateUserOutcome.Updated, await UpdateAsync(next));

        Assert.Equal(next with { LastLogin = at, FailedAttempts = 1, LockedUntil = null }, await StoredAsync(user.Id));
    }

    private async Task WriteUntilUpdatedAsync(UserId id)
    {
        while (true)
        {
            var stored = await StoredAsync(id);
            if (await UpdateAsync(stored.Next(u => u with { FirstName = $"V{u.Version}" })) == UpdateUserOutcome.Updated) return;
        }
    }
}
