using StrokeCare.Accounts;

namespace StrokeCare.Tests.Accounts;

public sealed class RefreshTokenTests
{
    [Fact]
    public void A_token_has_384_random_bits_of_which_256_are_new_each_time()
    {
        var first = RefreshToken.New();
        var next = first.Next();

        Assert.Equal((16, 32), (first.Family.Length, first.Secret.Length));
        Assert.Equal(first.FamilyHash, next.FamilyHash);
        Assert.NotEqual(first.Hash, next.Hash);
        Assert.NotEqual(first.FamilyHash, RefreshToken.New().FamilyHash);
    }

    [Fact]
    public void It_reads_back_from_its_64_characters()
    {
        var token = RefreshToken.New();
        Assert.Equal(64, token.ToText().Length);
        Assert.Equal(token.Hash, RefreshToken.Parse(token.ToText())!.Hash);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA +")]
    public void Anything_else_is_no_token(string text) => Assert.Null(RefreshToken.Parse(text));
}
