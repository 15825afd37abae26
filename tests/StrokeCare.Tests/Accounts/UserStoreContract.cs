using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using static StrokeCare.Tests.Accounts.AccountBuilder;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Accounts;

/// <summary>What every store keeps of an account, and to how many it gives a name or an address.</summary>
public abstract class UserStoreContract<TFixture>(TFixture fixture) : UserContract<TFixture>(fixture)
    where TFixture : UserStoreFixture
{
    [Fact]
    public async Task Keeps_every_field_as_given()
    {
        var user = await AddedAsync(AFullAccount());

        Assert.Equal(user, await Users.FindAsync(user.Id, Ct));
    }

    [Fact]
    public async Task Keeps_what_is_not_given_unknown()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            var user = await AddedAsync(AnAccount(role));

            Assert.Equal(user, await Users.FindAsync(user.Id, Ct));
        }
    }

    [Fact]
    public async Task Gives_ids_of_its_own_that_rise()
    {
        var first = await AddedAsync(AnAccount() with { Id = new(4711) });
        var second = await AddedAsync(AnAccount() with { Id = first.Id });

        Assert.NotEqual(new UserId(4711), first.Id);
        Assert.True(first.Id.Value > 0 && second.Id.Value > first.Id.Value);
    }

    [Fact]
    public async Task Stores_the_change_that_was_made_for_the_id()
    {
        var user = await AddedAsync(AnAccount());

        var change = Assert.Single(await ChangesOfAsync(user.Id));
        Assert.Equal(("user_created", 1), (change.Event, change.EntityVersion));
        Assert.Contains(new EntityVersion(EntityType.User, user.Id.ToString(), 1), await Versions.VersionsAsync(Ct).ToListAsync(Ct));
    }

    [Fact]
    public async Task Does_not_find_what_is_not_there()
    {
        Assert.Null(await Users.FindAsync(new(int.MaxValue), Ct));
        Assert.Null(await Users.FindAsync(new(0), Ct));
        Assert.Null(await Users.FindByUsernameAsync(Unique("nobody"), Ct));
        Assert.Null(await Users.FindByEmailAsync(Unique("nobody") + "@clinic.test", Ct));
        Assert.Null(await Users.FindByUsernameAsync("{\"$ne\":null}", Ct));
        Assert.Null(await Users.FindByEmailAsync("' OR 1=1 --", Ct));
    }

    [Fact]
    public async Task Finds_by_name_and_address_whatever_their_case_and_form()
    {
        var user = await AddedAsync(AnAccount(username: Unique("ﬁona-É"), email: Unique("Ünï") + "@Clinic.Test"));

        foreach (var name in new[] { user.Username, $" {user.Username.ToUpperInvariant()} ", user.Username.Replace("ﬁ", "fi", StringComparison.Ordinal).Replace("É", "e\u0301", StringComparison.Ordinal) })
            Assert.Equal(user, await Users.FindByUsernameAsync(name, Ct));
        Assert.Equal(user, await Users.FindByEmailAsync($"\t{user.Email.ToUpperInvariant()}", Ct));
        Assert.Null(await Users.FindByUsernameAsync(user.Email, Ct));
        Assert.Null(await Users.FindByEmailAsync(user.Username, Ct));
    }

    [Fact]
    public async Task Refuses_a_name_and_an_address_already_taken()
    {
        var there = await AddedAsync(AnAccount());

        Assert.Equal((AddUserOutcome.UsernameTaken, default), await AddAsync(AnAccount(username: $" {there.Username.ToUpperInvariant()}")));
        Assert.Equal((AddUserOutcome.EmailTaken, default), await AddAsync(AnAccount(email: there.Email.ToUpperInvariant())));
        Assert.Equal(there, await StoredAsync(there.Id));
        Assert.Single(await ChangesOfAsync(there.Id));
    }

    [Fact]
    public async Task Is_added_once_by_one_change_however_many_attempts_race()
    {
        var (user, changeId) = (AnAccount(), Change.NewId());

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Users.AddAsync(
            user, id => (user with { Id = id }).AsChange(AuditAction.UserCreated) with { ChangeId = changeId }, Ct)));

        Assert.Single(outcomes, outcome => outcome.Outcome == AddUserOutcome.Added);
        Assert.Equal(19, outcomes.Count(outcome => outcome.Outcome == AddUserOutcome.AlreadyAdded));
        var id = Assert.Single(outcomes.Select(outcome => outcome.Id).Distinct());
        Assert.Single(await ChangesOfAsync(id));
    }

    [Fact]
    public async Task Keeps_nothing_of_a_refused_account()
    {
        var there = await AddedAsync(AnAccount());
        var (name, email) = (Unique("user"), Unique("mail") + "@clinic.test");

        Assert.Equal(AddUserOutcome.EmailTaken, (await AddAsync(AnAccount(username: name, email: there.Email))).Outcome);
        Assert.Equal(AddUserOutcome.UsernameTaken, (await AddAsync(AnAccount(username: there.Username, email: email))).Outcome);

        await AddedAsync(AnAccount(username: name, email: email));
    }

    [Fact]
    public async Task Adds_one_when_fifty_ask_for_one_name()
    {
        var name = Unique("Ada");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => AddAsync(AnAccount(username: i % 2 == 0 ? name : name.ToUpperInvariant()))));

        var (_, id) = Assert.Single(outcomes, o => o.Outcome == AddUserOutcome.Added);
        Assert.Equal(49, outcomes.Count(o => o.Outcome == AddUserOutcome.UsernameTaken));
        Assert.Equal(id, (await Users.FindByUsernameAsync(name, Ct))!.Id);
        Assert.Single(await ChangesOfAsync(id));
    }

    [Fact]
    public async Task Adds_one_when_fifty_ask_for_one_address()
    {
        var email = Unique("ada") + "@clinic.test";
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => AddAsync(AnAccount(email: i % 2 == 0 ? email : email.ToUpperInvariant()))));

        var (_, id) = Assert.Single(outcomes, o => o.Outcome == AddUserOutcome.Added);
        Assert.Equal(49, outcomes.Count(o => o.Outcome == AddUserOutcome.EmailTaken));
        Assert.Equal(id, (await Users.FindByEmailAsync(email, Ct))!.Id);
    }

    [Fact]
    public async Task Adds_fifty_at_once_under_fifty_ids()
    {
        var users = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AddedAsync(AnAccount())));

        Assert.Equal(50, users.Select(u => u.Id).Distinct().Count());
        foreach (var user in users) Assert.Equal(user, await StoredAsync(user.Id));
    }

    [Fact]
    public async Task Names_those_that_exist()
    {
        var doctor = await AddedAsync(AnAccount(Role.Doctor) with { FirstName = "Ada", LastName = "Møller", Specialization = "Neurology" });
        var other = await AddedAsync(AnAccount(Role.Admin));
        var reserved = await ReservedAsync(AnAccount().ReservedFor(Change.NewId()));

        var names = await Users.NamesAsync([doctor.Id, other.Id, reserved.Id, new(int.MaxValue)], Ct);

        Assert.Equal(new HashSet<UserId> { doctor.Id, other.Id }, names.Keys.ToHashSet());
        Assert.Equal(new DoctorName(doctor.Id, doctor.Username, "Ada", "Møller", "Neurology"), names[doctor.Id]);
        Assert.Equal(new DoctorName(other.Id, other.Username, null, null, null), names[other.Id]);
        Assert.Empty(await Users.NamesAsync([], Ct));
    }
}
