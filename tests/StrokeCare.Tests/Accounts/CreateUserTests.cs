using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Tests.Sql;

namespace StrokeCare.Tests.Accounts;

public sealed class CreateUserTests
{
    [Theory]
    [InlineData("short", "is at least 15 characters.")]
    [InlineData("passwordpassword", "is one of the most common passwords or made of them.")]
    [InlineData("my name is Lise M.", "holds the user name.")]
    public async Task Refuses_a_password_by_the_rules_and_names_the_field(string password, string fault)
    {
        await using var store = await SqlTestStore.NewAsync("sqlite");
        using var desk = new PasswordDesk(TimeProvider.System);
        var made = await HandlerOn(store, desk).HandleAsync(Lise(password), Actor.Operator, null, CancellationToken.None);
        Assert.Equal([fault], made.Error!.Fields["password"]);
    }

    [Fact]
    public async Task Stores_a_hash_that_opens_for_the_password()
    {
        await using var store = await SqlTestStore.NewAsync("sqlite");
        using var desk = new PasswordDesk(TimeProvider.System);
        await HandlerOn(store, desk).HandleAsync(Lise("correct horse battery"), Actor.Operator, null, CancellationToken.None);
        var stored = await store.Store.Users.FindByUsernameAsync("lise", CancellationToken.None);
        Assert.True(Passwords.Verify("correct horse battery", stored!.PasswordHash));
    }

    [Fact]
    public async Task Is_told_to_come_back_when_the_desk_takes_no_more()
    {
        await using var store = await SqlTestStore.NewAsync("sqlite");
        var desk = new PasswordDesk(TimeProvider.System);
        desk.Dispose();
        var made = await HandlerOn(store, desk).HandleAsync(Lise("correct horse battery"), Actor.Operator, null, CancellationToken.None);
        Assert.Same(PasswordDesk.Busy, made.Error);
    }

    private static CreateUserHandler HandlerOn(SqlTestStore test, PasswordDesk desk) => new(
        new NewAccounts(test.Store.Users, test.Store.IdempotencyKeys, new ClinicalIds(TimeProvider.System), desk, TimeProvider.System),
        new AuditTrail(test.Store.Log, TimeProvider.System));

    private static CreateUser Lise(string password) => new() { Username = "lise", Email = "lise@clinic.test", Password = password, Role = Role.Doctor };
}
