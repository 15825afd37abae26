using StrokeCare.Accounts;

namespace StrokeCare.Tests.Accounts;

public sealed class PasswordsTests
{
    [Fact]
    public void A_hash_is_bcrypt_2b_of_cost_12_and_verifies_only_its_password()
    {
        var hash = Passwords.Hash("correct horse battery");
        Assert.StartsWith("$2b$12$", hash, StringComparison.Ordinal);
        Assert.Equal(60, hash.Length);
        Assert.True(Passwords.Verify("correct horse battery", hash));
        Assert.False(Passwords.Verify("Correct horse battery", hash));
    }

    [Fact]
    public void Two_passwords_equal_in_their_first_72_bytes_do_not_open_each_other()
    {
        var common = new string('a', 72);
        var hash = Passwords.Hash(common + "x");
        Assert.True(Passwords.Verify(common + "x", hash));
        Assert.False(Passwords.Verify(common + "y", hash));
        Assert.False(Passwords.Verify(common, hash));
    }

    [Theory]
    [InlineData(71, true)]
    [InlineData(72, false)]
    public void Up_to_71_bytes_are_hashed_as_they_are_and_longer_ones_over_SHA_384(int bytes, bool plain)
    {
        var password = new string('é', bytes / 2) + new string('x', bytes % 2);
        var hash = Passwords.Hash(password);
        Assert.Equal(plain, BCrypt.Net.BCrypt.Verify(password, hash));
        Assert.True(Passwords.Verify(password, hash));
    }

    [Fact]
    public void A_NUL_does_not_end_a_password()
    {
        var hash = Passwords.Hash("fifteen letters\0and more");
        Assert.False(Passwords.Verify("fifteen letters\0and less", hash));
        Assert.False(Passwords.Verify("fifteen letters", hash));
        Assert.True(Passwords.Verify("fifteen letters\0and more", hash));
    }

    // From the test vectors of OpenBSD's and Openwall's bcrypt, which the Python, PHP and Node libraries follow too.
    [Theory]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("U*U*", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    [InlineData("U*U*U", "$2y$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a")]
    public void A_hash_made_by_another_system_still_opens(string password, string hash)
    {
        Assert.True(Passwords.Verify(password, hash));
        Assert.False(Passwords.Verify(password + "x", hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("$2b$12$tooshort")]
    [InlineData("scrypt:32768:8:1$salt$0123")]
    [InlineData("$2b$99$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    [InlineData("$2b$12$CCCCCCCCCCCCCCCCCCCCC!VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    public void What_is_no_bcrypt_hash_opens_for_nobody_and_throws_nothing(string hash) =>
        Assert.False(Passwords.Verify("fifteen letters", hash));

    [Fact]
    public void Checking_an_unknown_user_does_the_same_work_and_is_never_right()
    {
        var hash = Passwords.Hash("correct horse battery");
        Assert.False(Passwords.VerifyNobody("correct horse battery"));

        // Not a race: a broken constant would be refused in microseconds, where cost 12 takes a tenth of a second.
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Passwords.Verify("wrong horse battery", hash);
        var known = clock.Elapsed;
        clock.Restart();
        Passwords.VerifyNobody("wrong horse battery");
        Assert.True(clock.Elapsed > known / 10, $"unknown {clock.Elapsed}, known {known}");
    }
}
