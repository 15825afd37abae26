using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using StrokeCare.Patients;

namespace StrokeCare.Bench.ByHand;

/// <summary>
/// SQLite as a careful engineer writes it: one writer with prepared commands, whoever waits shares a COMMIT, durability
/// FULL, reads on connections of their own. It does not tell which record was refused, nor isolate a job that fails.
/// </summary>
internal sealed class SqliteByHand : ISide, IAsyncDisposable
{
    // The settings of the product's own writer, but for checkpoints, which ours has beside it: here as often as there, in the COMMIT.
    private const string WriterPragmas =
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY";
    private const string ReaderPragmas = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY";
    private const int LargestGroup = 256;

    private readonly Channel<Job> queue = Channel.CreateUnbounded<Job>(new() { SingleReader = true });
    private readonly ConcurrentStack<Reader> idle = [];
    private readonly string file;
    private readonly Task writer;

    public SqliteByHand(string file)
    {
        this.file = file;
        writer = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public Task AddAsync(PatientAdded added, CancellationToken ct) => AddManyAsync([added], ct);

    public async Task AddManyAsync(IReadOnlyList<PatientAdded> added, CancellationToken ct)
    {
        // Made here, by as many callers as there are; the one writer only binds and steps.
        var job = new Job([.. added.Select(one => (PatientRow.Values(one.Patient), PatientRow.OutboxValues(one.Change)))]);
        await queue.Writer.WriteAsync(job, ct);
        await job.Done.Task;
    }

    public Task<Patient?> FindAsync(PatientId id, CancellationToken ct) => Task.FromResult(Reading(reader =>
    {
        reader.Find.Parameters[0].Value = id.ToString();
        using var row = reader.Find.ExecuteReader();
        return row.Read() ? PatientRow.Read(row) : null;
    }));

    public Task<IReadOnlyList<PatientSummary>> ListAsync(PatientFilter filter, CancellationToken ct) => Task.FromResult(Reading(reader =>
    {
        var command = filter.AssignedDoctorId is null ? reader.PageBelow : reader.PageOfDoctor;
        command.Parameters[0].Value = filter.AssignedDoctorId is { } doctor ? doctor.Value : filter.Before?.ToString() ?? "g";
        command.Parameters[1].Value = filter.Limit;
        using var row = command.ExecuteReader();
        var page = new List<PatientSummary>(filter.Limit);
        while (row.Read()) page.Add(PatientRow.ReadSummary(row));
        return (IReadOnlyList<PatientSummary>)page;
    }));

    public async ValueTask DisposeAsync()
    {
        queue.Writer.Complete();
        await writer;
        while (idle.TryPop(out var reader)) reader.Dispose();
    }

    private void Write()
    {
        // Where only reads are wanted no writer is ever opened.
        if (!Waits()) return;
        using var connection = Open(file, WriterPragmas);
        using var begin = Prepared(connection, "BEGIN IMMEDIATE", 0);
        using var commit = Prepared(connection, "COMMIT", 0);
        using var insert = Prepared(connection, PatientRow.Insert, PatientRow.Columns.Length);
        using var insertOutbox = Prepared(connection, PatientRow.InsertOutbox, PatientRow.OutboxColumns.Length);
        var group = new List<Job>(LargestGroup);
        do
        {
            group.Clear();
            begin.ExecuteNonQuery();
            while (group.Count < LargestGroup && queue.Reader.TryRead(out var job))
            {
                foreach (var (patient, change) in job.Rows)
                {
                    if (Run(insert, patient) == 1) Run(insertOutbox, change);
                }

                group.Add(job);
            }

            commit.ExecuteNonQuery();
            foreach (var job in group) job.Done.SetResult();
        }
        while (Waits());
    }

    private bool Waits() => queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    private T Reading<T>(Func<Reader, T> read)
    {
        if (!idle.TryPop(out var reader)) reader = new(Open(file, ReaderPragmas));
        var result = read(reader);
        idle.Push(reader);
        return result;
    }

    private static int Run(SqliteCommand command, object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] switch
            {
                null => DBNull.Value,
                DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                var value => value,
            };
        }

        return command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(string file, string pragmas)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = pragmas;
        command.ExecuteNonQuery();
        return connection;
    }

    private static SqliteCommand Prepared(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++) command.Parameters.Add(new SqliteParameter { ParameterName = string.Create(CultureInfo.InvariantCulture, $"${i}") });
        command.Prepare();
        return command;
    }

    private sealed record Job((object?[] Patient, object?[] Change)[] Rows)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Reader(SqliteConnection connection) : IDisposable
    {
        public SqliteCommand Find { get; } = Prepared(connection, PatientRow.Find, 1);

        public SqliteCommand PageOfDoctor { get; } = Prepared(connection, PatientRow.PageOfDoctor, 2);

        public SqliteCommand PageBelow { get; } = Prepared(connection, PatientRow.PageBelow, 2);

        public void Dispose() => connection.Dispose();
    }
}
