using StrokeCare.Accounts;

namespace StrokeCare.Tests.Accounts;

public sealed class UserTests
{
    [Theory]
    [InlineData("Ada", " ada ")]
    [InlineData("ﬁona", "FIONA")]
    [InlineData("Ｄｒ", "dr")]
    [InlineData("e\u0301mile", "Émile")]
    [InlineData("a\0da", "ADA")]
    public void Names_that_differ_only_in_case_form_or_blanks_are_the_same_account(string one, string other) =>
        Assert.Equal(User.Normalize(one), User.Normalize(other));

    [Fact]
    public void Different_names_are_different_accounts() => Assert.NotEqual(User.Normalize("ada"), User.Normalize("adam"));

    [Fact]
    public void The_operator_is_an_admin_without_a_user_id()
    {
        Assert.True(Actor.Operator.IsOperator);
        Assert.Equal(Role.Admin, Actor.Operator.Role);
        Assert.False(new Actor(new(1), "root", Role.Admin, Origin.Local).IsOperator);
    }
}
