using StrokeCare.Accounts;
using StrokeCare.Server.Accounts;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Accounts;

public sealed class FirstAdminTests
{
    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task The_first_start_makes_an_admin_with_a_random_password_shown_once(Pair pair)
    {
        await using var portal = await RunningPortal.StartWithNobodyAsync(pair);
        var shown = new List<string>();

        Assert.True(await portal.Get<FirstAdmin>().TryEnsureAsync(shown.Add, CancellationToken.None));
        await using var beside = await portal.BesideAsync();
        Assert.True(await beside.Get<FirstAdmin>().TryEnsureAsync(shown.Add, CancellationToken.None));

        var password = Assert.Single(shown);
        Assert.Matches("^([a-z2-9]{5}-){3}[a-z2-9]{5}$", password);
        var admin = (await portal.Get<IUserStore>().FindByUsernameAsync(FirstAdmin.Username, CancellationToken.None))!;
        Assert.True(admin.MustChangePassword);
        Assert.True(Passwords.Verify(password, admin.PasswordHash));
    }
}
