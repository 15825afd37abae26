using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Tests.Sql;

public sealed class WriterTests
{
    private static readonly Statement Insert = new(
        "INSERT INTO reset_tokens (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, 0, 0)", SqlType.Bytes, SqlType.Int);

    private static readonly Statement Stored = new("SELECT user_id FROM reset_tokens ORDER BY user_id");

    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Fact]
    public async Task Jobs_that_wait_together_share_one_commit_on_sqlite()
    {
        var commits = 0;
        Failpoint.Passed = name => commits += name == SqlFailpoints.WriterBeforeCommit ? 1 : 0;
        await using var test = await SqlTestStore.NewAsync("sqlite");
        await using var writer = Unhurried(test);
        await using var blocked = await BlockedWriter.AtAsync(writer);
        var jobs = Enumerable.Range(0, 200).Select(i => InsertAsync(writer, i)).ToArray();

        await blocked.ReleaseAsync();
        await Task.WhenAll(jobs);

        Assert.InRange(commits, 1, 3);
        Assert.Equal(Enumerable.Range(0, 200), await StoredAsync(test));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_job_that_fails_takes_nothing_with_it_and_leaves_nothing_behind(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        await using var blocked = await BlockedWriter.AtAsync(test.Store.Writer);
        var before = InsertAsync(test.Store.Writer, 1);
        var throws = test.Store.Writer.RunAsync<int>(
            session =>
            {
                session.Execute(Insert, new byte[] { 2 }, 2);
                throw new InvalidOperationException("This job is wrong.");
            },
            default);
        var refused = test.Store.Writer.RunAsync(session => session.Execute(Insert, new byte[] { 3 }, null), default);
        var after = InsertAsync(test.Store.Writer, 4);
        await blocked.ReleaseAsync();

        Assert.Equal("This job is wrong.", (await Assert.ThrowsAsync<InvalidOperationException>(() => throws)).Message);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => refused);
        await before;
        await after;
        Assert.Equal([1, 4], await StoredAsync(test));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_ran_beside_a_job_that_fails_still_shares_a_commit(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        await using var blocked = await BlockedWriter.AtAsync(test.Store.Writer);
        Task<int>[] good = [.. Enumerable.Range(0, 60).Select(i => test.Store.Writer.RunAsync(session => session.Execute(Insert, BitConverter.GetBytes(i), i), default))];
        Task<int>[] bad = [.. Enumerable.Range(0, 3).Select(_ => test.Store.Writer.RunAsync<int>(_ => throw new InvalidOperationException("wrong"), default))];
        await blocked.ReleaseAsync();

        foreach (var job in bad) await Assert.ThrowsAsync<InvalidOperationException>(() => job);
        await Task.WhenAll(good);
        Assert.Equal(Enumerable.Range(0, 60), await StoredAsync(test));
    }

    [Fact]
    public async Task While_the_store_is_away_one_try_a_second_speaks_for_all_that_wait()
    {
        await using var store = await RelationalStore.OpenAsync("postgresql://nobody@127.0.0.1:1/none", new ChangeSignal(), TimeProvider.System, NullLoggerFactory.Instance, default);
        var jobs = Enumerable.Range(0, 2000).Select(_ => store.Writer.RunAsync(_ => 0, default)).ToList();

        var told = await Task.WhenAll(jobs.Select(job => Assert.ThrowsAsync<StoreUnavailableException>(() => job)));

        // Each thread's own tries, and then one for each second; in turn it would be one for every sixteen jobs.
        Assert.InRange(told.Distinct().Count(), 1, 40);
    }

    [Fact]
    public async Task One_write_by_itself_is_durable_without_a_transaction_on_postgresql_and_survives_a_lost_answer()
    {
        var lost = 0;
        Failpoint.Passed = name =>
        {
            if (name == SqlFailpoints.AddAfterInsert && Interlocked.Exchange(ref lost, 0) == 1) throw new IOException("Connection reset by peer");
        };
        await using var test = await SqlTestStore.NewAsync("postgresql");
        var patient = SqlTestStore.APatient("A1");

        lost = 1;
        Assert.Equal(AddPatientOutcome.Added, await test.AddAsync(patient));

        Assert.Equal(1, (await test.Store.Outbox.PendingStateAsync(default)).Count);
        Assert.Equal(AddPatientOutcome.AlreadyExists, await test.AddAsync(patient));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_full_queue_refuses_at_once(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        await using var writer = new Writer(test.Store.Dialect, TimeProvider.System, queueLimit: 10);
        await using var blocked = await BlockedWriter.AtAsync(writer);
        Task[] waiting = [.. Enumerable.Range(0, 10).Select(i => writer.RunAsync(session => session.Execute(Insert, new[] { (byte)i }, i), default))];

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => writer.RunAsync(_ => 0, default));

        Assert.Contains("too many writes", refused.Message, StringComparison.Ordinal);
        await blocked.ReleaseAsync();
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task A_failed_commit_fails_all_its_jobs_and_the_next_one_goes_on()
    {
        var armed = false;
        Failpoint.Passed = name =>
        {
            if (!armed || name != SqlFailpoints.WriterBeforeCommit) return;
            armed = false;
            throw new IOException("No space left on device");
        };
        await using var test = await SqlTestStore.NewAsync("sqlite");
        await using var writer = Unhurried(test);
        await using var blocked = await BlockedWriter.AtAsync(writer);
        Task[] jobs = [InsertAsync(writer, 1), InsertAsync(writer, 2)];
        armed = true;
        await blocked.ReleaseAsync(fails: true);

        foreach (var job in jobs) await Assert.ThrowsAsync<StoreUnavailableException>(() => job);
        Assert.Empty(await StoredAsync(test));
        await InsertAsync(writer, 3);
        Assert.Equal([3], await StoredAsync(test));
    }

    [Fact]
    public async Task A_connection_lost_at_its_commit_is_looked_up_before_the_answer_on_postgresql()
    {
        var lost = 0;
        Failpoint.Passed = name =>
        {
            if (name == SqlFailpoints.WriterAfterCommit && Interlocked.Exchange(ref lost, 0) == 1) throw new IOException("Connection reset by peer");
        };
        await using var test = await SqlTestStore.NewAsync("postgresql");
        var patient = SqlTestStore.APatient("A1");

        lost = 1;
        Assert.Equal(AddPatientOutcome.Added, await test.AddAsync(patient));
        Assert.Equal(AddPatientOutcome.AlreadyExists, await test.AddAsync(patient));
        var next = patient.Archive(patient.CreatedAt);
        lost = 1;
        Assert.Equal(UpdatePatientOutcome.Updated, await test.Store.Patients.UpdateAsync(next, SqlTestStore.AChange(next), default));
        lost = 1;
        var bulk = new[] { SqlTestStore.APatient("B1"), SqlTestStore.APatient("B2"), SqlTestStore.APatient("B1") };
        Assert.Equal(
            [AddPatientOutcome.Added, AddPatientOutcome.Added, AddPatientOutcome.MrnTaken],
            await test.Store.Patients.AddManyAsync([.. bulk.Select(one => new PatientAdded(one, SqlTestStore.AChange(one)))], default));
        lost = 1;
        await test.Store.Log.AppendAsync([SqlTestStore.AnEvent()], default);

        Assert.Equal(4, (await test.Store.Outbox.PendingStateAsync(default)).Count);
        Assert.Equal(1, (await test.Store.Log.HeadAsync(default)).Seq);
    }

    [Fact]
    public async Task Connections_that_the_server_closed_are_replaced_without_an_error()
    {
        await using var test = await SqlTestStore.NewAsync("postgresql");
        for (var i = 0; i < 20; i++) Assert.Equal(AddPatientOutcome.Added, await test.AddAsync(SqlTestStore.APatient()));
        await using (var admin = new NpgsqlConnection(RelationalUrl.Parse(test.Url).ConnectionString + ";Pooling=false"))
        {
            await admin.OpenAsync();
            await using var kill = new NpgsqlCommand("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", admin);
            await kill.ExecuteScalarAsync();
        }

        await test.Store.PingAsync(default);
        for (var i = 0; i < 20; i++) Assert.Equal(AddPatientOutcome.Added, await test.AddAsync(SqlTestStore.APatient()));
    }

    [Fact]
    public async Task A_store_that_is_away_says_so_and_is_not_waited_for()
    {
        await using var store = await RelationalStore.OpenAsync("postgresql://nobody@127.0.0.1:1/none", new ChangeSignal(), TimeProvider.System, NullLoggerFactory.Instance, default);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.PingAsync(default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Log.AppendAsync([SqlTestStore.AnEvent()], default));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_job_cancelled_while_it_waits_is_never_run(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        await using var blocked = await BlockedWriter.AtAsync(test.Store.Writer);
        using var cancel = new CancellationTokenSource();
        var job = test.Store.Writer.RunAsync(session => session.Execute(Insert, new byte[] { 1 }, 1), cancel.Token);
        await cancel.CancelAsync();
        await blocked.ReleaseAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job);
        Assert.Empty(await StoredAsync(test));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Disposing_finishes_what_was_queued(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var writer = new Writer(test.Store.Dialect, TimeProvider.System);
        var jobs = Enumerable.Range(0, 50).Select(i => writer.RunAsync(session => session.Execute(Insert, new[] { (byte)i }, i), default)).ToArray();

        await writer.DisposeAsync();

        Assert.All(jobs, job => Assert.True(job.IsCompletedSuccessfully || !job.IsFaulted));
        await Task.WhenAll(jobs);
        Assert.Equal(50, (await StoredAsync(test)).Count);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => writer.RunAsync(_ => 0, default));
    }

    // What waits together is one batch, however long a busy machine takes over it.
    private static Writer Unhurried(SqlTestStore test) => new(test.Store.Dialect, new FakeTimeProvider());

    private static Task<int> InsertAsync(Writer writer, int number) =>
        writer.RunAsync(session => session.Execute(Insert, BitConverter.GetBytes(number), number), default);

    private static async Task<List<int>> StoredAsync(SqlTestStore test) => await test.Store.Readers.QueryAsync(Stored, row => row.GetInt32(0), [], default);
}
