using StrokeCare.Audit;

namespace StrokeCare.Tests.Audit;

public sealed class CheckpointThinningTests : IDisposable
{
    private const int Small = 20_000;
    private readonly TemporaryFolder folder = new();
    private readonly SigningKeys keys;
    private readonly CheckpointFile file;

    public CheckpointThinningTests()
    {
        keys = SigningKeys.Open(folder.Path, "checkpoint", TimeProvider.System);
        file = new CheckpointFile(folder.File("checkpoints.jsonl")) { ThinBeyond = Small };
    }

    public void Dispose()
    {
        keys.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Past_four_megabytes_the_older_half_keeps_its_first_and_one_in_ten()
    {
        var large = new CheckpointFile(file.Path);
        var one = Signed(1);
        File.WriteAllText(file.Path, CheckpointLines.Of(Enumerable.Range(1, 20_000).Select(i => one with { Seq = i })));
        Assert.True(Length > 4 * 1024 * 1024);

        large.Append(Signed(20_001));

        var (kept, broken) = large.Read();
        var newer = kept.Index().First(c => c.Item.Seq % 10 != 1).Index;
        Assert.Equal(0, broken);
        Assert.InRange(kept[newer].Seq, 9_990, 10_110);
        Assert.Equal(Enumerable.Range(0, newer).Select(i => (i * 10L) + 1), kept.Take(newer).Select(c => c.Seq));
        Assert.Equal(Enumerable.Range((int)kept[newer].Seq, kept.Count - newer).Select(i => (long)i), kept.Skip(newer).Select(c => c.Seq));
        Assert.Equal(20_001, large.Last(keys)!.Seq);
        Assert.False(File.Exists(Aside));
    }

    [Fact]
    public void However_much_is_appended_the_file_stays_small_and_keeps_its_first()
    {
        for (var seq = 1; seq <= 600; seq++)
        {
            file.Append(Signed(seq));
            Assert.InRange(Length, 1, Small);
            Assert.Equal(seq, file.Last(keys)!.Seq);
        }

        var (kept, broken) = file.Read();
        Assert.Equal((1L, 600L, 0), (kept[0].Seq, kept[^1].Seq, broken));
        Assert.Equal(kept.OrderBy(c => c.Seq), kept);
        Assert.All(kept, c => Assert.True(c.IsSignedBy(keys)));
    }

    [Fact]
    public void A_line_that_is_no_checkpoint_is_not_lost_by_thinning()
    {
        file.Append(Signed(1));
        File.AppendAllText(file.Path, "not a checkpoint\n\n");
        for (var seq = 2; seq <= 300; seq++) file.Append(Signed(seq));
        Assert.Equal(2, file.Read().Broken);
    }

    [Fact]
    public void Where_nothing_can_be_put_in_its_place_the_file_is_appended_to()
    {
        Directory.CreateDirectory(Aside);
        for (var seq = 1; seq <= 200; seq++) file.Append(Signed(seq));
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), file.Read().Checkpoints.Select(c => c.Seq));

        Directory.Delete(Aside);
        for (var seq = 201; seq <= 300; seq++) file.Append(Signed(seq));
        Assert.InRange(Length, 1, 2 * Small);
    }

    [Fact]
    public void A_crash_while_the_file_was_written_aside_leaves_it_whole_and_is_made_up_for()
    {
        for (var seq = 1; seq <= 60; seq++) file.Append(Signed(seq));
        File.WriteAllText(Aside, CheckpointLines.Of([Signed(1)])[..100]);
        Assert.Equal(60, file.Last(keys)!.Seq);
        for (var seq = 61; seq <= 120; seq++) file.Append(Signed(seq));

        Assert.InRange(Length, 1, Small);
        Assert.Equal((120L, 0), (file.Last(keys)!.Seq, file.Read().Broken));
        Assert.False(File.Exists(Aside));
    }

    [Fact]
    public async Task Whoever_reads_meanwhile_sees_a_whole_file_that_never_goes_back()
    {
        file.Append(Signed(1));
        var writing = Task.Run(() =>
        {
            var other = new CheckpointFile(file.Path) { ThinBeyond = Small };
            for (var seq = 2; seq <= 500; seq++) (seq % 2 == 0 ? file : other).Append(Signed(seq));
        });
        for (var last = 0L; !writing.IsCompleted;)
        {
            var (read, broken) = file.Read();
            Assert.Equal((1L, 0), (read[0].Seq, broken));
            Assert.InRange(read[^1].Seq, last, 500);
            last = read[^1].Seq;
        }

        await writing;
    }

    [Fact]
    public void A_link_to_the_file_stays_one_and_the_file_keeps_its_mode()
    {
        if (OperatingSystem.IsWindows()) return;
        File.WriteAllText(folder.File("elsewhere.jsonl"), "");
        File.SetUnixFileMode(folder.File("elsewhere.jsonl"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.CreateSymbolicLink(file.Path, folder.File("elsewhere.jsonl"));
        for (var seq = 1; seq <= 120; seq++) file.Append(Signed(seq));

        Assert.NotNull(File.ResolveLinkTarget(file.Path, returnFinalTarget: false));
        Assert.InRange(new FileInfo(folder.File("elsewhere.jsonl")).Length, 1, Small);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(folder.File("elsewhere.jsonl")));
    }

    private string Aside => $"{file.Path}.thinned";

    private long Length => new FileInfo(file.Path).Length;

    private Checkpoint Signed(long seq) => Checkpoint.Sign(new LogHead(seq, $"{seq:x64}"), new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), keys.Current);
}
