using System.Diagnostics;
using System.Security.Cryptography;
using StrokeCare.Accounts;

namespace StrokeCare.Tests.Accounts;

public sealed class PasswordRulesTests
{
    private const string Common = "is one of the most common passwords or made of them.";
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&()*+,-./:;<=>?@[]^_{|}~";

    [Theory]
    [InlineData("grace: correct horse battery")]
    [InlineData("correct horse battery")]
    [InlineData("velvet tractor onion lighthouse")]
    [InlineData("velvettractoronionlighthouse")]
    [InlineData("a password nobody else has")]
    [InlineData("a-password-of-this-run-only")]
    [InlineData("8kq2z-mm4xw-t7hyp-c9dfe")]
    [InlineData("391234829104857")]
    [InlineData("ein schöner Tag am See")]
    [InlineData("これは十五文字より長い合言葉です")]
    public void Lets_through_what_is_long_and_not_common(string password) => Assert.Null(PasswordRules.Fault(password, "someone"));

    [Theory]
    [InlineData("123456789012345")]
    [InlineData("543210987654321")]
    [InlineData("qwertyuiopasdfgh")]
    [InlineData("aaaaaaaaaaaaaaa")]
    [InlineData("abcabcabcabcabc")]
    [InlineData("abcdefghijklmnop")]
    [InlineData("1qaz2wsx3edc4rfv")]
    [InlineData("q1w2e3r4t5y6u7i8o9")]
    [InlineData("passwordpassword")]
    [InlineData("PassWordPassWordPass")]
    [InlineData("ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ")]
    [InlineData("password-password")]
    [InlineData("dragon.dragon.dragon!")]
    [InlineData("sunshinefootball")]
    [InlineData("Sunshine & Football 1987")]
    [InlineData("password1234567890")]
    [InlineData("1987!!!!!!!!password")]
    [InlineData("!!password2024!!!")]
    [InlineData("1234 5678 9012 3456")]
    [InlineData("iloveyou1iloveyou1")]
    public void Refuses_the_common_and_what_is_made_of_it(string password) => Assert.Equal(Common, PasswordRules.Fault(password, "someone"));

    [Theory]
    [InlineData("StrokeCarePortal")]
    [InlineData("StrokeCare-Portal-2026")]
    [InlineData("strokecare neurology")]
    [InlineData("administratoradministrator")]
    public void Refuses_what_is_made_of_the_products_own_words(string password) => Assert.Equal(Common, PasswordRules.Fault(password, "someone"));

    [Theory]
    [InlineData(14, "is at least 15 characters.")]
    [InlineData(15, null)]
    [InlineData(64, null)]
    [InlineData(256, null)]
    [InlineData(257, "is at most 256 characters.")]
    public void Counts_code_points(int length, string? fault)
    {
        Assert.Equal(fault, PasswordRules.Fault(Scattered(length), "someone"));

        // Each of these is two UTF-16 units and four bytes.
        Assert.Equal(fault, PasswordRules.Fault(string.Concat(Enumerable.Range(0, length).Select(i => char.ConvertFromUtf32(0x1F600 + (i * i % 67)))), "someone"));
    }

    [Theory]
    [InlineData("my name is Gräce, really", "gräce", true)]
    [InlineData("my name is GRÄCE, really", "gra\u0308ce", true)]
    [InlineData("my name is ｇｒａｃｅ, really", "Grace", true)]
    [InlineData("my name is bo, quite surely", "bo", false)]
    [InlineData("my name is somebody else's", "grace", false)]
    public void Refuses_the_user_name_in_any_case_and_form(string password, string username, bool refused) =>
        Assert.Equal(refused ? "holds the user name." : null, PasswordRules.Fault(password, username));

    [Fact]
    public void The_list_has_30_000_entries_of_which_31_are_long_enough_by_themselves()
    {
        Assert.Equal(30_000, CommonPasswords.Listed.Count);
        Assert.Equal("123456", CommonPasswords.Listed[0]);
        var ofLength = CommonPasswords.Listed.CountBy(word => word.Length).ToDictionary();
        Assert.Equal(31, ofLength.Where(of => of.Key >= Passwords.MinLength).Sum(of => of.Value));
        var pairs = ofLength.Sum(a => ofLength.Where(b => a.Key + b.Key >= Passwords.MinLength).Sum(b => (long)a.Value * b.Value));
        Assert.InRange(pairs, 340_000_000, 350_000_000);
    }

    [Fact]
    public void Each_of_the_3_000_most_common_repeated_to_15_characters_or_cut_there_is_refused() =>
        Assert.DoesNotContain(CommonPasswords.Listed.Take(3_000), word =>
        {
            var repeated = string.Concat(Enumerable.Repeat(word, 1 + (Passwords.MinLength / word.Length)));
            return PasswordRules.Fault(repeated, "") != Common || PasswordRules.Fault(repeated[..Math.Max(word.Length, Passwords.MinLength)], "") != Common
                || (word.Any(char.IsLetter) && PasswordRules.Fault($"!{word.ToUpperInvariant()} 2024-2025-2026", "") != Common);
        });

    [Fact]
    public void Any_two_of_the_list_joined_are_refused()
    {
        var random = new Random(20_261);
        var pairs = Enumerable.Range(0, 3_000).Select(_ => CommonPasswords.Listed[random.Next(30_000)] + CommonPasswords.Listed[random.Next(30_000)]);
        Assert.DoesNotContain(pairs, pair => pair.Length >= Passwords.MinLength && PasswordRules.Fault(pair, "") != Common);
    }

    [Fact]
    public void A_thousand_random_passwords_of_20_characters_pass() =>
        Assert.DoesNotContain(
            Enumerable.Range(0, 1_000).Select(_ => RandomNumberGenerator.GetString(Letters, 20)), password => PasswordRules.Fault(password, "someone") is not null);

    // No bound on the time of one: machines are busy. A thousand in ten seconds is twice what is promised of each.
    [Fact]
    public void The_longest_passwords_are_judged_in_milliseconds()
    {
        string[] hard = [Scattered(256), new('ﷺ', 256), string.Concat(Enumerable.Repeat("zqxjv", 51)), string.Concat(Enumerable.Repeat("123 qwe ", 32))];
        foreach (var password in hard) PasswordRules.Fault(password, "someone");
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 1_000; i++) PasswordRules.Fault(hard[i % hard.Length], "someone");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
    }

    private static string Scattered(int length)
    {
        var random = new Random(length);
        return string.Concat(Enumerable.Range(0, length).Select(_ => Letters[random.Next(Letters.Length)]));
    }
}
