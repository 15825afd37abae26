using System.Globalization;
using System.Text.Json;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql;
using StrokeCare.Sql.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Tests.Sql;

/// <summary>
/// Every combination of the log's filters walks the index it is meant to, and of the table it reads no more than three
/// times what it returns and 100 rows; asked of the engine itself.
/// </summary>
public sealed class LogPlanTests(LogPlanTests.Logs logs) : IClassFixture<LogPlanTests.Logs>
{
    private const int Rows = 4000;
    private static readonly DateTimeOffset Start = SqlTestStore.AnEvent().At;

    /// <summary>Few rows have these, spread over the whole log.</summary>
    private static readonly LogFilter Rare = new()
    {
        EventType = "access_denied",
        UserId = 5,
        Severity = "high",
        Status = "error",
        From = Start.AddMinutes(900),
        To = Start.AddMinutes(1000),
        BeforeSeq = 1100,
    };

    /// <summary>Nearly all rows have these.</summary>
    private static readonly LogFilter Common = new()
    {
        EventType = "patient_viewed",
        UserId = 1,
        Severity = "info",
        Status = "success",
        From = Start.AddMinutes(100),
        To = Start.AddMinutes(3900),
        BeforeSeq = 3990,
    };

    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Fact]
    public async Task On_SQLite_every_combination_finds_its_page_inside_the_index_of_its_leading_filter()
    {
        var test = await logs.GetAsync("sqlite");
        foreach (var filter in Filters())
        {
            var plan = await StepsAsync(test, filter);

            var inner = Assert.Single(plan, step => step.Contains("USING COVERING INDEX", StringComparison.Ordinal));
            Assert.Matches($"^(SEARCH|SCAN) security_logs USING COVERING INDEX {IndexOf(filter)}\\b", inner);
            Assert.DoesNotContain(plan, step => step != inner && step.StartsWith("SCAN ", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task On_PostgreSQL_every_combination_looks_at_few_rows_of_the_table()
    {
        var test = await logs.GetAsync("postgresql");
        foreach (var filter in Filters())
        {
            var query = LogQuery.Of(filter, test.Store.Dialect);
            var (nodes, plan) = await SqlPlans.NodesAsync(test, new(query.Sql, query.Types), query.Values);
            Assert.True(nodes.Sum(Examined) <= (3 * SqlPlans.Returned(nodes)) + 100, $"{filter}\n{plan}");
            var inner = Assert.Single(nodes, node => Text(node, "Node Type") == "Index Only Scan");
            Assert.Matches($"^{IndexOf(filter)}$", Text(inner, "Index Name"));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_combination_finds_the_rows_that_match_newest_first(string engine)
    {
        var test = await logs.GetAsync(engine);
        var all = (await test.Store.Log.ReadAfterAsync(0, Rows, default)).Reverse().ToList();
        var matched = 0;
        foreach (var filter in Filters())
        {
            var expected = all.Where(row => Matches(row, filter)).Skip(filter.Skip).Take(filter.Limit).Select(row => row.Seq).ToList();
            Assert.Equal(expected, (await test.Store.Log.FindAsync(filter, default)).Select(row => row.Seq));
            matched += expected.Count;
        }

        Assert.InRange(matched, 5000, int.MaxValue);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Rows_about_a_patient_and_what_belongs_to_them_are_a_stretch_of_one_index(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var patient = new PatientId(new(7, 7));
        Change Event(EntityType type, string id, string? data) => SqlTestStore.AnEvent() with { EntityType = type, EntityId = id, AdditionalData = data };
        var entry = SqlTestStore.Ids.Next().ToString();
        var belongs = $$"""{"patient_id":"{{patient}}"}""";
        await test.Store.Log.AppendAsync([.. Enumerable.Range(0, 2000).Select(i => Event(EntityType.Patient, SqlTestStore.Ids.Next().ToString(), null))], default);
        await test.Store.Writer.RunAsync(session => session.Execute(new Statement("ANALYZE")), default);
        await test.Store.Log.AppendAsync(
        [
            Event(EntityType.Patient, patient.ToString(), null), Event(EntityType.Patient, patient.ToString(), """{"count":1,"ids":["x"]}"""), Event(EntityType.MedicalHistory, entry, belongs),
            Event(EntityType.MedicalHistory, entry, """{"patient_id":"0123456789abcdef01234567"}"""), Event(EntityType.User, "5", "no JSON at all"), Event(EntityType.MedicalHistory, entry, null),
        ], default);
        var filter = new LogFilter { AboutPatient = patient, Limit = 10 };

        var found = await test.Store.Log.FindAsync(filter, default);

        Assert.Equal([(entry, belongs), (patient.ToString(), """{"count":1,"ids":["x"]}"""), (patient.ToString(), null)], found.Select(row => (row.EntityId!, row.AdditionalData)));
        Assert.Equal(found.Skip(1), await test.Store.Log.FindAsync(filter with { BeforeSeq = found[0].Seq }, default));
        var plan = string.Join('\n', await StepsAsync(test, filter with { BeforeSeq = 100 }));
        Assert.Contains("idx_security_logs_about_patient", plan, StringComparison.Ordinal);
        if (engine == "sqlite") Assert.Matches(@"idx_security_logs_about_patient \(<expr>=\? AND seq<\?\)", plan);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Counts_over_a_stretch_of_time_are_made_inside_an_index_and_miss_no_row(string engine)
    {
        var test = await logs.GetAsync(engine);
        var (from, to) = (Start.AddMinutes(500), Start.AddMinutes(3500));
        var rows = (await test.Store.Log.ReadAfterAsync(0, Rows, default)).Where(row => row.CreatedAt >= from && row.CreatedAt < to);
        var expected = rows.GroupBy(row => (DateOnly.FromDateTime(row.CreatedAt.UtcDateTime), row.EventType, row.Severity, row.Status)).Select(g => new LogCell(g.Key.Item1, g.Key.EventType, g.Key.Severity, g.Key.Status, g.Count()));

        Assert.Equal(expected.ToHashSet(), (await test.Store.Log.CountAsync(from, to, default)).ToHashSet());
        Assert.Empty(await test.Store.Log.CountAsync(from, from, default));

        var count = (Statement)test.Store.Log.GetType().GetField("countKinds", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(test.Store.Log)!;
        var plan = string.Join('\n', await SqlPlans.StepsAsync(test, count, [from, from.AddMinutes(60)]));
        Assert.Matches(engine == "sqlite" ? "SEARCH security_logs USING COVERING INDEX idx_security_logs_kinds" : "Index Only Scan using idx_security_logs_kinds", plan);
    }

    internal static async Task VacuumAsync(string url, params string[] tables)
    {
        await using var connection = new Npgsql.NpgsqlConnection(RelationalUrl.Parse(url).ConnectionString);
        await connection.OpenAsync();
        await using var vacuum = new Npgsql.NpgsqlCommand($"VACUUM ANALYZE {string.Join(", ", tables)}", connection);
        await vacuum.ExecuteNonQueryAsync();
    }

    private static bool Matches(LogRow row, LogFilter filter) =>
        (filter.EventType is null || row.EventType == filter.EventType)
        && (filter.UserId is null || row.UserId == filter.UserId)
        && (filter.Severity is null || row.Severity == filter.Severity)
        && (filter.Status is null || row.Status == filter.Status)
        && (filter.From is null || row.CreatedAt >= filter.From)
        && (filter.To is null || row.CreatedAt < filter.To)
        && (filter.BeforeSeq is null || row.Seq < filter.BeforeSeq);

    private static string IndexOf(LogFilter filter) => filter switch
    {
        { UserId: not null } => "idx_security_logs_user_id",
        { EventType: not null } => "idx_security_logs_event_type",
        { Severity: not null } => "idx_security_logs_severity",
        { Status: not null } => "idx_security_logs_status",
        { From: null, To: null } => "(idx_security_logs_created_at|ux_security_logs_seq)",
        _ => "idx_security_logs_created_at",
    };

    // All 128 combinations, with every value rare, every value common, and two mixtures; and the seed's third page.
    private static IEnumerable<LogFilter> Filters() =>
        from given in Enumerable.Range(0, 128)
        from rare in new[] { 0b1111111, 0, 0b0100101, 0b1011010 }
        from skip in new[] { 0, 100 }
        select new LogFilter
        {
            EventType = Value(given, rare, 0, f => f.EventType),
            UserId = Value(given, rare, 1, f => f.UserId),
            Severity = Value(given, rare, 2, f => f.Severity),
            Status = Value(given, rare, 3, f => f.Status),
            From = Value(given, rare, 4, f => f.From),
            To = Value(given, rare, 5, f => f.To),
            BeforeSeq = Value(given, rare, 6, f => f.BeforeSeq),
            Skip = skip,
        };

    private static T? Value<T>(int given, int rare, int bit, Func<LogFilter, T?> of) =>
        (given >> bit & 1) == 0 ? default : of((rare >> bit & 1) == 1 ? Rare : Common);

    // What is passed over inside an index is no row of the table; what an index-only scan had to look up there is.
    private static double Examined(JsonElement node) => Text(node, "Node Type") switch
    {
        "Index Only Scan" => Number(node, "Heap Fetches"),
        "Index Scan" or "Seq Scan" or "Bitmap Heap Scan" =>
            (Number(node, "Actual Rows") + Number(node, "Rows Removed by Filter") + Number(node, "Rows Removed by Index Recheck")) * Number(node, "Actual Loops"),
        _ => 0,
    };

    private static string? Text(JsonElement node, string property) => node.GetProperty(property).GetString();

    private static double Number(JsonElement node, string property) => node.TryGetProperty(property, out var number) ? number.GetDouble() : 0;

    private static Task<List<string>> StepsAsync(SqlTestStore test, LogFilter filter)
    {
        var query = LogQuery.Of(filter, test.Store.Dialect);
        return SqlPlans.StepsAsync(test, new(query.Sql, query.Types), query.Values);
    }

    /// <summary>4,000 varied rows on each engine, with statistics and, on PostgreSQL, the visibility map.</summary>
    public sealed class Logs : FilledStores
    {
        private protected override async Task<SqlTestStore> FillAsync(string engine)
        {
            var test = await SqlTestStore.NewAsync(engine);
            var random = new Random(7);
            for (var page = 0; page < Rows / 1000; page++)
                await test.Store.Log.AppendAsync([.. Enumerable.Range(page * 1000, 1000).Select(i => Event(i, random))], default);
            if (engine == "postgresql") await VacuumAsync(test.Url, "security_logs");
            else await test.Store.Writer.RunAsync(session => session.Execute(new Statement("ANALYZE")), default);
            return test;
        }

        // Each column on its own: every combination of rare values is rarer still, and times run a little out of order.
        private static Change Event(int i, Random random) => SqlTestStore.AnEvent(string.Create(CultureInfo.InvariantCulture, $"Seen {i}")) with
        {
            Action = random.Next(50) switch { 0 => AuditAction.AccessDenied, < 8 => AuditAction.Login, _ => AuditAction.PatientViewed },
            ActorId = random.Next(60) switch { 0 => new(5), < 20 => new(10 + random.Next(40)), _ => new(1) },
            Severity = random.Next(40) switch { 0 => AuditSeverity.High, < 4 => AuditSeverity.Medium, _ => AuditSeverity.Info },
            Status = random.Next(40) switch { 0 => AuditStatus.Error, < 4 => AuditStatus.Failure, _ => AuditStatus.Success },
            At = Start.AddMinutes(i + random.Next(-3, 4)),
        };
    }
}
