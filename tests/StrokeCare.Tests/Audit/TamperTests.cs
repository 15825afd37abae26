using System.Globalization;
using StrokeCare.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Tests.Audit;

/// <summary>1,000 seeded mutations on SQLite, 200 on PostgreSQL; STROKECARE_FULL=1 makes it 1,000 on both. A failure names its seed.</summary>
public sealed class TamperTests(ITestOutputHelper output)
{
    private static int Count(string engine) => engine == "sqlite" || TestEngines.Read("STROKECARE_FULL") == "1" ? 1000 : 200;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task Every_mutation_is_found_at_its_first_row_or_for_a_rewrite_between_the_checkpoints_around_it(string engine)
    {
        await using var log = await TamperedLog.NewAsync(engine);
        await log.TamperAsync(null);
        var good = await log.VerifyAsync();
        Assert.Empty(good.Findings);
        Assert.Equal((log.Rows.Count, log.CoveredTo), (good.Rows, good.CoveredTo));
        Assert.InRange(log.Rows.Count, 250, 1000);

        var (found, hidden) = (0, 0);
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var wrong = new List<string>();
        for (var seed = 1; seed <= Count(engine); seed++)
        {
            var mutation = new Mutations(log.Rows, engine, new Random(seed)).Next();
            await log.TamperAsync(mutation.Apply);
            var verification = await log.VerifyAsync();
            kinds[mutation.Kind] = kinds.GetValueOrDefault(mutation.Kind) + 1;
            if (!verification.Ok) found++;
            else if (mutation.IsWhole && mutation.First > verification.CoveredTo) hidden++;
            if (Fault(log, mutation, verification) is { } fault) wrong.Add($"seed {seed}, {mutation.Kind} at {mutation.First}: {fault}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{engine}: {log.Rows.Count} rows, covered to {log.CoveredTo}; found {found} of {Count(engine)}, {hidden} wholly inside the uncovered window"));
        output.WriteLine(string.Join(", ", kinds.Select(k => $"{k.Key} {k.Value}")));
        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong:\n{string.Join('\n', wrong.Take(20))}");
        Assert.Equal(Count(engine), found + hidden);
        Assert.InRange(kinds.Count, 30, 60);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task Every_column_is_vouched_for(string engine)
    {
        await using var log = await TamperedLog.NewAsync(engine);
        foreach (var column in StrokeCare.Sql.Audit.LogColumns.All.Split(", "))
        {
            for (var seed = 1; seed <= 3; seed++)
            {
                var mutation = new Mutations(log.Rows, engine, new Random(seed)).Edit(column);
                await log.TamperAsync(mutation.Apply);
                Assert.Equal((column, mutation.First), (column, (await log.VerifyAsync()).FirstBadSeq));
            }
        }
    }

    [Theory]
    [InlineData("created_at = 'yesterday'")]
    [InlineData("created_at = NULL")]
    [InlineData("seq = 'abc'")]
    [InlineData("seq = NULL")]
    [InlineData("form = 'one'")]
    [InlineData("prev_hash = x'00ff'")]
    [InlineData("user_id = 'nobody'")]
    [InlineData("entity_version = 1.5")]
    public async Task On_SQLite_a_value_of_a_wrong_type_is_a_finding_at_its_row_and_not_a_crash(string set)
    {
        await using var log = await TamperedLog.NewAsync("sqlite");
        await log.TamperAsync(session =>
        {
            session.Execute(new Statement("PRAGMA writable_schema = ON"));
            session.Execute(new Statement("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE name = 'security_logs'"));
            session.Execute(new Statement("PRAGMA writable_schema = RESET"));
        });
        await log.TamperAsync(session => session.Execute(new Statement($"UPDATE security_logs SET {set} WHERE seq = 77")));
        var verification = await log.VerifyAsync();
        Assert.Equal(77, verification.FirstBadSeq);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task Any_number_of_rows_of_one_seq_ends_the_walk_and_is_found(string engine)
    {
        await using var log = await TamperedLog.NewAsync(engine);
        foreach (var (row, copies) in new[] { (log.Rows[^1], 1), (log.Rows[^1], 5), (log.Rows[100], 700), (log.Rows[100], 2500) })
        {
            await log.TamperAsync(session =>
                session.ExecuteMany(StrokeCare.Sql.Audit.LogColumns.Insert, [.. Enumerable.Repeat(StrokeCare.Sql.Audit.LogColumns.Values(row), copies)]));
            var verification = await log.VerifyAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(row.Seq, verification.FirstBadSeq);
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task A_version_without_a_row_is_found_even_where_no_checkpoint_was_made_yet(string engine)
    {
        await using var log = await TamperedLog.NewAsync(engine);
        var patients = log.Rows.Where(r => r.EntityVersion is not null).GroupBy(r => r.EntityId).First(g => g.Count() > 1).ToList();
        foreach (var (gone, code) in new[] { (patients[^1..], "entity.version_unlogged"), (patients, "entity.unlogged") })
        {
            await log.TamperAsync(session => RechainWithout(session, log, [.. gone]));
            File.Delete(log.File.Path);
            var verification = await log.VerifyAsync();
            Assert.Equal([code], verification.Findings.Select(f => f.Code));
            Assert.Equal(0, verification.CoveredTo);
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task An_entity_rolled_back_or_gone_is_found(string engine)
    {
        await using var log = await TamperedLog.NewAsync(engine);
        var id = log.Rows.Where(r => r.EntityVersion is not null).GroupBy(r => r.EntityId).First(g => g.Count() > 1).Key!;
        await log.TamperAsync(session => session.Execute(new Statement("UPDATE patients SET version = 1 WHERE id = $1", SqlType.Text), id));
        Assert.Equal(["entity.rolled_back"], (await log.VerifyAsync()).Findings.Select(f => f.Code));
        await log.TamperAsync(session => session.Execute(new Statement("DELETE FROM patients WHERE id = $1", SqlType.Text), id));
        Assert.Equal(["entity.lost"], (await log.VerifyAsync()).Findings.Select(f => f.Code));
    }

    [Fact]
    public async Task Forged_broken_and_removed_checkpoints_are_found_or_shown_as_a_wider_window_and_order_does_not_matter()
    {
        await using var log = await TamperedLog.NewAsync("sqlite");
        await log.TamperAsync(null);
        var lines = await File.ReadAllLinesAsync(log.File.Path);
        var last = log.Checkpoints[^1];

        await File.WriteAllLinesAsync(log.File.Path, lines.Reverse());
        var reordered = await log.VerifyAsync();
        Assert.True(reordered.Ok);
        Assert.Equal(log.CoveredTo, reordered.CoveredTo);

        await File.WriteAllLinesAsync(log.File.Path, lines[..^3]);
        var removed = await log.VerifyAsync();
        Assert.True(removed.Ok);
        Assert.Equal(log.Checkpoints[^4].Seq, removed.CoveredTo);

        await File.WriteAllLinesAsync(log.File.Path, [.. lines[..^1], lines[^1].Replace(last.Hash, log.Rows[0].Hash, StringComparison.Ordinal)]);
        Assert.Equal(["checkpoint.forged"], (await log.VerifyAsync()).Findings.Select(f => f.Code));

        await File.WriteAllLinesAsync(log.File.Path, [.. lines, "{\"seq\":1}"]);
        Assert.Equal(["checkpoint.broken"], (await log.VerifyAsync()).Findings.Select(f => f.Code));

        await File.WriteAllLinesAsync(log.File.Path, lines);
        log.File.Append(Checkpoint.Sign(new LogHead(last.Seq, log.Rows[0].Hash), DateTimeOffset.UnixEpoch, log.Keys.Current));
        Assert.Equal(["checkpoint.fork"], (await log.VerifyAsync()).Findings.Select(f => f.Code));
    }

    [Fact]
    public async Task The_checkpointer_never_blesses_a_truncated_or_rewritten_log_whatever_the_order_of_the_file()
    {
        await using var log = await TamperedLog.NewAsync("sqlite");
        var keep = log.Rows[(int)log.Checkpoints[3].Seq - 1];
        await log.TamperAsync(session =>
        {
            session.Execute(new Statement("DELETE FROM security_logs WHERE seq > $1", SqlType.Long), keep.Seq);
            TamperedLog.MoveHead(session, keep);
        });
        await File.WriteAllLinesAsync(log.File.Path, (await File.ReadAllLinesAsync(log.File.Path)).Reverse());
        Assert.False(await log.NewCheckpointer().CoverAsync(CancellationToken.None));
        Assert.Equal(log.Checkpoints.Count, log.File.Read().Checkpoints.Count);
        Assert.Equal(keep.Seq + 1, (await log.VerifyAsync()).FirstBadSeq);
    }

    [Fact]
    public async Task A_thinned_file_verifies_and_places_a_rewrite_between_the_checkpoints_it_has_kept()
    {
        await using var log = await TamperedLog.NewAsync("sqlite");
        await log.TamperAsync(null);
        Thin(log);
        Assert.True((await log.VerifyAsync()).Ok);
        Assert.Equal(log.CoveredTo, (await log.VerifyAsync()).CoveredTo);

        await log.TamperAsync(session => Rechain(session, log.Rows.Select(row => row.Seq == log.Checkpoints[2].Seq ? row with { EventDescription = "x" } : row)));
        Thin(log);
        var kept = log.File.Read().Checkpoints;
        var rewritten = (await log.VerifyAsync()).Findings[0];
        Assert.DoesNotContain(log.Checkpoints[2], kept);
        Assert.Equal(("log.rewritten", kept[0].Seq + 1), (rewritten.Code, rewritten.FromSeq));
        Assert.Contains($"row {kept[1].Seq}:", rewritten.Message, StringComparison.Ordinal);
    }

    private static void Thin(TamperedLog log)
    {
        var file = new CheckpointFile(log.File.Path) { ThinBeyond = 1000 };
        file.Append(log.Checkpoints[^1]);
        Assert.InRange(file.Read().Checkpoints.Count, 2, log.Checkpoints.Count - 3);
    }

    /// <summary>What the answer has to be; null when it is that.</summary>
    private static string? Fault(TamperedLog log, Mutation mutation, LogVerification verification)
    {
        if (verification.CoveredTo > log.CoveredTo) return $"covered to {verification.CoveredTo}";
        if (verification.Ok) return mutation.IsWhole && mutation.First > verification.CoveredTo ? null : "not found";
        if (mutation.IsWhole && mutation.First > log.CoveredTo) return null; // A missing or doubled entity version gave it away: no seq to compare.
        if (verification.FirstBadSeq == mutation.First) return null;
        if (!mutation.IsRange) return $"first bad seq {verification.FirstBadSeq}: {verification.Findings[0].Message}";
        var finding = verification.Findings.Where(f => f.FromSeq is not null).MinBy(f => f.FromSeq);
        var before = log.Checkpoints.LastOrDefault(c => c.Seq < mutation.First)?.Seq ?? 0;
        var after = log.Checkpoints.FirstOrDefault(c => c.Seq >= mutation.First)?.Seq ?? log.Rows.Count;
        return finding is { FromSeq: { } from, Seq: { } seq } && from == before + 1 && seq <= after + 1
            ? null
            : $"range {finding?.FromSeq}-{finding?.Seq}, between checkpoints {before} and {after}: {verification.Findings[0].Message}";
    }

    private static void RechainWithout(DbSession session, TamperedLog log, LogRow[] gone) => Rechain(session, log.Rows.Except(gone));

    private static void Rechain(DbSession session, IEnumerable<LogRow> rows)
    {
        session.Execute(new Statement("DELETE FROM security_logs"));
        var head = LogHead.Empty;
        foreach (var row in rows)
        {
            var next = row with { Seq = head.Seq + 1, PrevHash = head.Hash };
            next = next with { Hash = HashChain.Of(next) };
            session.Execute(StrokeCare.Sql.Audit.LogColumns.Insert, StrokeCare.Sql.Audit.LogColumns.Values(next));
            head = new(next.Seq, next.Hash);
        }

        session.Execute(new Statement("UPDATE log_head SET seq = $1, hash = $2", SqlType.Long, SqlType.Text), head.Seq, head.Hash);
    }
}
