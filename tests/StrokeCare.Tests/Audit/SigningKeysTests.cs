using Microsoft.Extensions.Time.Testing;
using StrokeCare.Audit;

namespace StrokeCare.Tests.Audit;

public sealed class SigningKeysTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_first_opener_makes_a_key_and_the_next_finds_it()
    {
        using var first = SigningKeys.Open(Keys, "jwt", clock);
        using var next = SigningKeys.Open(Keys, "jwt", clock);
        Assert.Equal(first.Current.Id, next.Current.Id);
        Assert.Single(next.All);
        Assert.Matches("^[0-9a-f]{16}$", next.Current.Id);
        Assert.Equal(256, next.Current.Pair.KeySize);
    }

    [Fact]
    public void Keys_of_another_purpose_are_other_keys()
    {
        using var jwt = SigningKeys.Open(Keys, "jwt", clock);
        using var checkpoint = SigningKeys.Open(Keys, "checkpoint", clock);
        Assert.NotEqual(jwt.Current.Id, checkpoint.Current.Id);
        Assert.Null(checkpoint.Find(jwt.Current.Id));
    }

    [Fact]
    public void Only_the_owner_can_read_the_files_and_the_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        using var keys = SigningKeys.Open(Keys, "jwt", clock);
        SigningKeys.OpenSecret(Keys, "idempotency");
        SigningKeys.Create(Keys, "jwt", clock);
        var files = Directory.GetFiles(Keys);
        Assert.Equal(4, files.Length); // With the lock.
#pragma warning disable CA1416 // Windows was skipped above.
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            new DirectoryInfo(Keys).UnixFileMode);
#pragma warning restore CA1416
    }

    [Fact]
    public void Openers_that_race_for_an_empty_folder_all_end_with_the_same_key_and_secret()
    {
        for (var round = 0; round < 20; round++)
        {
            var path = folder.File($"race-{round}");
            using var start = new Barrier(6);
            var ids = new string[6];
            var secrets = new string[6];
            var racers = Enumerable.Range(0, 6).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                using var keys = SigningKeys.Open(path, "jwt", clock);
                (ids[i], secrets[i]) = (keys.Current.Id, Convert.ToHexString(SigningKeys.OpenSecret(path, "hmac")));
            })).ToList();
            racers.ForEach(racer => racer.Start());
            racers.ForEach(racer => racer.Join());
            Assert.Single(ids.Distinct());
            Assert.Single(secrets.Distinct());
            Assert.Single(Directory.GetFiles(path, "*.pem"));
        }
    }

    [Fact]
    public void The_newest_key_signs_and_the_older_ones_are_still_found()
    {
        using var before = SigningKeys.Open(Keys, "jwt", clock);
        clock.Advance(TimeSpan.FromDays(90));
        SigningKeys.Create(Keys, "jwt", clock);
        using var once = SigningKeys.Open(Keys, "jwt", clock);
        clock.Advance(TimeSpan.FromDays(90));
        SigningKeys.Create(Keys, "jwt", clock);
        using var twice = SigningKeys.Open(Keys, "jwt", clock);
        Assert.Equal(3, twice.All.Count);
        Assert.NotNull(twice.Find(before.Current.Id));
        Assert.NotNull(twice.Find(once.Current.Id));
        Assert.Equal(3, new[] { before.Current.Id, once.Current.Id, twice.Current.Id }.Distinct().Count());
    }

    [Fact]
    public void A_secret_is_256_bits_and_stays()
    {
        var secret = SigningKeys.OpenSecret(Keys, "hmac");
        Assert.Equal(32, secret.Length);
        Assert.Equal(secret, SigningKeys.OpenSecret(Keys, "hmac"));
        Assert.NotEqual(secret, SigningKeys.OpenSecret(Keys, "other"));
    }

    private string Keys => folder.File("keys");
}
