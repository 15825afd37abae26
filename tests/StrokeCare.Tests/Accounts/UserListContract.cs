using StrokeCare.Accounts;
using StrokeCare.Changes;
using static StrokeCare.Tests.Accounts.AccountBuilder;

namespace StrokeCare.Tests.Accounts;

/// <summary>The list that admins page through.</summary>
public abstract class UserListContract<TFixture>(TFixture fixture) : UserContract<TFixture>(fixture)
    where TFixture : UserStoreFixture
{
    [Fact]
    public async Task Counts_accounts_by_role_and_activity_and_none_that_is_only_reserved()
    {
        var before = await CountsAsync();
        await AddedAsync(AnAccount(Role.Doctor));
        await AddedAsync(AnAccount(Role.Doctor));
        await AddedAsync(AnAccount(Role.Doctor) with { IsActive = false });
        await AddedAsync(AnAccount(Role.Admin));
        await ReservedAsync(AnAccount().ReservedFor(StrokeCare.Changes.Change.NewId()));

        var more = await CountsAsync();
        foreach (var (key, count) in before) more[key] -= count;
        Assert.Equal([((Role.Admin, true), 1L), ((Role.Doctor, false), 1), ((Role.Doctor, true), 2)], more.Where(one => one.Value != 0).Select(one => (one.Key, one.Value)).Order());

        async Task<Dictionary<(Role, bool), long>> CountsAsync() => (await Users.CountAsync(Ct)).ToDictionary(count => (count.Role, count.IsActive), count => count.Count);
    }

    [Fact]
    public async Task Pages_through_every_combination_of_filters_highest_id_first()
    {
        var users = new List<User>();
        foreach (var role in Enum.GetValues<Role>())
        {
            for (var i = 0; i < 8; i++) users.Add(await AddedAsync(AnAccount(role) with { IsActive = i % 3 != 0 }));
        }

        var mine = users.Select(u => u.Id).ToHashSet();
        foreach (var role in new Role?[] { null, Role.Admin, Role.Doctor, Role.Patient })
        {
            foreach (var active in new bool?[] { null, true, false })
            {
                var expected = users.Where(u => (role is null || u.Role == role) && (active is null || u.IsActive == active)).OrderByDescending(u => u.Id.Value);

                var paged = await PagedAsync(new() { Role = role, IsActive = active, Limit = 4 });

                Assert.Equal(expected, paged.Where(u => mine.Contains(u.Id)));
                Assert.Equal(paged.Select(u => u.Id).OrderByDescending(id => id.Value).Distinct(), paged.Select(u => u.Id));
                Assert.All(paged, u => Assert.True((role is null || u.Role == role) && (active is null || u.IsActive == active)));
            }
        }
    }

    [Fact]
    public async Task Leaves_out_what_is_only_reserved_until_it_is_real()
    {
        var reserved = await ReservedAsync(AnAccount(Role.Doctor).ReservedFor(Change.NewId()));
        UserFilter[] filters =
        [
            new() { Limit = 100 }, new() { Role = Role.Doctor, Limit = 100 }, new() { IsActive = false, Limit = 100 },
            new() { Role = Role.Doctor, IsActive = false, Limit = 100 }, new() { Before = new(reserved.Id.Value + 1), Limit = 100 },
        ];
        foreach (var filter in filters) Assert.DoesNotContain(await Users.ListAsync(filter, Ct), u => u.Id == reserved.Id);

        await Users.ActivateAsync(reserved.Id, reserved.ReservedBy!, reserved.Activate().AsChange(), Ct);

        Assert.Equal(reserved.Activate(), (await Users.ListAsync(new() { Role = Role.Doctor, IsActive = true, Limit = 1 }, Ct))[0]);
    }

    [Fact]
    public async Task Follows_an_account_that_changes_role_and_activity()
    {
        var user = await AddedAsync(AnAccount(Role.Doctor));
        var next = user.Next(u => u with { Role = Role.Admin, IsActive = false });
        await UpdateAsync(next);

        Assert.DoesNotContain(await PagedAsync(new() { Role = Role.Doctor, Limit = 50 }), u => u.Id == user.Id);
        Assert.Contains(next, await PagedAsync(new() { Role = Role.Admin, IsActive = false, Limit = 50 }));
    }

    [Fact]
    public async Task Answers_no_more_than_the_limit_and_only_ids_below_the_one_given()
    {
        var users = new[] { await AddedAsync(AnAccount()), await AddedAsync(AnAccount()), await AddedAsync(AnAccount()) };

        Assert.Equal([users[1].Id], (await Users.ListAsync(new() { Before = users[2].Id, Limit = 1 }, Ct)).Select(u => u.Id));
        Assert.Empty(await Users.ListAsync(new() { Before = new(1), Limit = 10 }, Ct));
    }

    private async Task<List<User>> PagedAsync(UserFilter filter)
    {
        var all = new List<User>();
        while (await Users.ListAsync(filter with { Before = all.Count > 0 ? all[^1].Id : null }, Ct) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, filter.Limit);
            all.AddRange(page);
        }

        return all;
    }
}
