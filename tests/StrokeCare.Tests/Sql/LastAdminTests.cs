using StrokeCare.Accounts;
using static StrokeCare.Tests.Accounts.AccountBuilder;

namespace StrokeCare.Tests.Sql;

public sealed class LastAdminTests
{
    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_two_admins_who_take_the_role_from_one_another_in_two_processes_one_stays(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        await using var other = await test.AnotherAsync();
        var admins = new List<User> { await AddedAsync(test), await AddedAsync(test) };
        for (var round = 0; round < 25; round++)
        {
            var outcomes = await Task.WhenAll(
                Task.Run(() => UpdateAsync(test, admins[0].Next(a => a with { Role = Role.Doctor }))),
                Task.Run(() => UpdateAsync(other, admins[1].Next(a => a with { IsActive = false }))));

            Assert.Equal([UpdateUserOutcome.Updated, UpdateUserOutcome.LastAdmin], outcomes.Order());
            var lost = outcomes[0] == UpdateUserOutcome.Updated ? 0 : 1;
            var again = (await test.Store.Users.FindAsync(admins[lost].Id, default))!.Next(a => a with { Role = Role.Admin, IsActive = true });
            Assert.Equal(UpdateUserOutcome.Updated, await UpdateAsync(test, again));
            admins[lost] = again;
        }
    }

    private static async Task<User> AddedAsync(SqlTestStore test)
    {
        var draft = AnAccount(Role.Admin);
        var (_, id) = await test.Store.Users.AddAsync(draft, added => (draft with { Id = added }).AsChange(), default);
        return draft with { Id = id };
    }

    private static Task<UpdateUserOutcome> UpdateAsync(SqlTestStore test, User next) => test.Store.Users.UpdateAsync(next, FailedAttempts.Keep, next.AsChange(), default);
}
