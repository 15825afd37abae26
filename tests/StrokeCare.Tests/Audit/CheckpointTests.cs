using System.Text;
using StrokeCare.Audit;

namespace StrokeCare.Tests.Audit;

public sealed class CheckpointTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();
    private readonly SigningKeys keys;
    private readonly CheckpointFile file;

    public CheckpointTests()
    {
        keys = SigningKeys.Open(folder.Path, "checkpoint", TimeProvider.System);
        file = new CheckpointFile(folder.File("checkpoints.jsonl"));
    }

    public void Dispose()
    {
        keys.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_signed_checkpoint_verifies_and_names_its_key()
    {
        var checkpoint = Signed(7);
        Assert.True(checkpoint.IsSignedBy(keys));
        Assert.Equal((7, Hash(7), "2026-03-01T12:00:00.123Z", keys.Current.Id), (checkpoint.Seq, checkpoint.Hash, checkpoint.Time, checkpoint.Kid));
    }

    [Fact]
    public void A_change_to_any_part_breaks_the_signature()
    {
        var checkpoint = Signed(7);
        var other = Signed(8);
        Checkpoint[] forged =
        [
            checkpoint with { Seq = 8 },
            checkpoint with { Hash = other.Hash },
            checkpoint with { Time = "2026-03-01T12:00:00.124Z" },
            checkpoint with { Kid = "0000000000000000" },
            checkpoint with { Signature = other.Signature },
            checkpoint with { Signature = "" },
            checkpoint with { Signature = "not base64" },
            checkpoint with { Signature = Convert.ToBase64String(new byte[64]) },
            checkpoint with { Signature = Convert.ToBase64String(new byte[65]) },
            checkpoint with { Signature = Convert.ToBase64String(new byte[63]) },
        ];
        Assert.All(forged, f => Assert.False(f.IsSignedBy(keys)));
    }

    [Fact]
    public void Another_installations_key_vouches_for_nothing_here()
    {
        using var elsewhere = new TemporaryFolder();
        using var others = SigningKeys.Open(elsewhere.Path, "checkpoint", TimeProvider.System);
        var foreign = Checkpoint.Sign(new LogHead(7, Hash(7)), Now, others.Current);
        Assert.False(foreign.IsSignedBy(keys));
        Assert.False((foreign with { Kid = keys.Current.Id }).IsSignedBy(keys));
    }

    [Fact]
    public void Checkpoints_of_an_older_key_still_verify_after_rotation()
    {
        var checkpoint = Signed(7);
        SigningKeys.Create(folder.Path, "checkpoint", TimeProvider.System);
        using var rotated = SigningKeys.Open(folder.Path, "checkpoint", TimeProvider.System);
        Assert.NotEqual(keys.Current.Id, rotated.Current.Id);
        Assert.True(checkpoint.IsSignedBy(rotated));
    }

    [Fact]
    public void The_file_gives_back_what_was_appended_in_order()
    {
        var written = Enumerable.Range(1, 5).Select(i => Signed(i)).ToList();
        written.ForEach(file.Append);
        var (read, broken) = file.Read();
        Assert.Equal(written, read);
        Assert.Equal(0, broken);
    }

    [Fact]
    public void A_file_that_is_not_there_has_no_checkpoints() => Assert.Equal((0, 0), (file.Read().Checkpoints.Count, file.Read().Broken));

    [Fact]
    public void Lines_that_are_no_checkpoint_are_counted_and_throw_nothing()
    {
        file.Append(Signed(1));
        File.AppendAllText(file.Path, "null\n\n[]\n{}\n{\"seq\":2}\n\0\0\n{\"seq\":2,\"hash\":null,\"time\":\"t\",\"kid\":\"k\",\"signature\":null}\n");
        file.Append(Signed(2));
        var (read, broken) = file.Read();
        Assert.Equal([1L, 2L], read.Select(c => c.Seq));
        Assert.Equal(7, broken);
    }

    [Fact]
    public void A_crash_in_the_middle_of_a_line_costs_that_line_alone()
    {
        file.Append(Signed(1));
        var whole = File.ReadAllText(file.Path).Length;
        file.Append(Signed(2));
        var text = File.ReadAllText(file.Path);
        for (var length = whole + 1; length < text.Length; length += 13)
        {
            File.WriteAllText(file.Path, text[..length]);
            Assert.Single(file.Read().Checkpoints);
            Assert.Equal(0, file.Read().Broken);
            file.Append(Signed(3));
            Assert.Equal([1L, 3L], file.Read().Checkpoints.Select(c => c.Seq));
            Assert.Equal(0, file.Read().Broken);
        }
    }

    [Fact]
    public void Two_writers_of_one_file_do_not_write_over_each_other()
    {
        var other = new CheckpointFile(file.Path);
        Parallel.For(0, 4, writer =>
        {
            for (var i = 1; i <= 25; i++) (writer % 2 == 0 ? file : other).Append(Signed((writer * 100) + i));
        });
        var (read, broken) = file.Read();
        Assert.Equal(0, broken);
        Assert.Equal(100, read.Select(c => c.Seq).Distinct().Count());
        Assert.All(read, c => Assert.True(c.IsSignedBy(keys)));
    }

    [Fact]
    public void The_last_checkpoint_is_the_highest_that_is_signed_near_the_end()
    {
        Assert.Null(file.Last(keys));
        Write(Enumerable.Range(1, 400).Select(i => Signed(i)));
        foreach (var seq in new[] { 402L, 401L }) file.Append(Signed(seq));
        file.Append(Signed(403) with { Seq = 500 });
        Assert.True(new FileInfo(file.Path).Length > 64 * 1024);
        Assert.Equal(Signed(402).Hash, file.Last(keys)!.Hash);
    }

    [Fact]
    public void Only_the_end_of_the_file_is_read_for_the_last_checkpoint_when_one_is_there()
    {
        Write([Signed(9000), .. Enumerable.Range(1, 400).Select(i => Signed(i))]);
        Assert.Equal(400, file.Last(keys)!.Seq);
    }

    [Fact]
    public void The_whole_file_is_read_for_the_last_checkpoint_when_its_end_has_none()
    {
        Write([Signed(1), Signed(2), .. Enumerable.Repeat(Signed(3) with { Hash = Hash(4) }, 400)]);
        Assert.Equal(2, file.Last(keys)!.Seq);
    }

    private void Write(IEnumerable<Checkpoint> checkpoints) => File.WriteAllText(file.Path, CheckpointLines.Of(checkpoints));

    private Checkpoint Signed(long seq) => Checkpoint.Sign(new LogHead(seq, Hash(seq)), Now, keys.Current);

    private static string Hash(long seq) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes($"{seq}")));
}
