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

    // From jBCrypt's test vectors, written as $2b$: over ASCII $2a$ and $2b$ are the same.
    [Theory]
    [InlineData("abc", "$2b$12$EXRkfkdmXn2gzds2SSitu.MW9.gAVqa9eLS1//RYtYCmB1eLHg.9q")]
    [InlineData("~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2b$12$WApznUOJfkEGSmYRfnkrPOr466oFDCaj4b6HY3EXGvfxm43seyhgC")]
    public void A_hash_of_cost_12_made_by_another_system_opens_by_either_engine(string password, string hash)
    {
        Assert.True(Passwords.Verify(password, hash));
        Assert.True(Passwords.Verify(password, hash, Passwords.Managed));
        Assert.False(Passwords.Verify(password + "x", hash, Passwords.Managed));
    }

    public static TheoryData<string> Difficult =>
    [
        "correct horse battery", "", "Ünïcödé passwörd ✓", new string('x', 71), new string('x', 72), new string('é', 200), "a NUL \0 inside", "\u00ff\u00a3\u00ff",
    ];

    [Theory]
    [MemberData(nameof(Difficult))]
    public void Each_engine_opens_what_the_other_hashed_under_each_prefix(string password)
    {
        Assert.SkipUnless(Xcrypt.IsThere, "libxcrypt is not on this system.");
        foreach (var (make, check) in new (Passwords.Crypt, Passwords.Crypt)[] { (Xcrypt.Crypt, Passwords.Managed), (Passwords.Managed, Xcrypt.Crypt) })
        {
            var hash = Passwords.Hash(password, make, cost: 4);
            foreach (var prefix in new[] { "$2a$", "$2b$", "$2y$" }) Assert.True(Passwords.Verify(password, prefix + hash[4..], check));
            Assert.False(Passwords.Verify(password + "x", hash, check));
        }
    }

    [Fact]
    public void The_engine_is_named_and_on_a_system_with_libxcrypt_it_is_that()
    {
        Assert.Equal(Xcrypt.IsThere ? "libxcrypt" : "BCrypt.Net", Passwords.Engine);
        if (File.Exists("/lib/x86_64-linux-gnu/libcrypt.so.1")) Assert.Equal("libxcrypt", Passwords.Engine);
    }

    [Fact]
    public async Task Eight_threads_at_once_get_right_answers()
    {
        // Cost 4, as made by another system: what is shared between calls would show sooner.
        var hashes = Enumerable.Range(0, 8).Select(i => BCrypt.Net.BCrypt.HashPassword($"password {i}", BCrypt.Net.BCrypt.GenerateSalt(4, 'b'))).ToList();
        var wrong = 0;
        await Task.WhenAll(hashes.Select((_, thread) => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    var of = (thread + i) % hashes.Count;
                    if (Passwords.Verify($"password {thread}", hashes[of]) != (of == thread)) Interlocked.Increment(ref wrong);
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void The_bits_of_a_salt_that_mean_nothing_do_not_close_a_hash()
    {
        var hash = Passwords.Hash("correct horse battery");
        Assert.Contains(hash[28], ".Oeu");
        var written = $"{hash[..28]}{(char)(hash[28] == '.' ? '/' : hash[28] + 1)}{hash[29..]}";
        Assert.True(Passwords.Verify("correct horse battery", written));
        Assert.True(Passwords.Verify("correct horse battery", written, Passwords.Managed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("$2b$12$tooshort")]
    [InlineData("scrypt:32768:8:1$salt$0123")]
    [InlineData("*0")]
    [InlineData("$2b$03$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    [InlineData("$2b$17$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    [InlineData("$2b$-5$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    [InlineData("$2x$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    [InlineData("$6$rounds=5000$CCCCCCCC$VGOzA784oUp/Z0DY336zx7pLYAy0lwKVGOz")]
    [InlineData("$2b$99$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    [InlineData("$2b$12$CCCCCCCCCCCCCCCCCCCCC!VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    public void What_is_no_bcrypt_hash_opens_for_nobody_and_throws_nothing(string hash)
    {
        Assert.False(Passwords.Verify("fifteen letters", hash));
        Assert.False(Passwords.Verify("fifteen letters", hash, Passwords.Managed));
    }

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
