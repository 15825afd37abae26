using System.Reflection;
using Npgsql;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Risk;
using StrokeCare.Sql;
using StrokeCare.Sql.Accounts;
using StrokeCare.Sql.Appointments;
using StrokeCare.Sql.Audit;
using StrokeCare.Sql.Consistency;
using StrokeCare.Sql.Engine;
using StrokeCare.Sql.History;
using StrokeCare.Sql.Patients;

namespace StrokeCare.Tests.Sql;

/// <summary>Every statement the store issues is served by an index; asked of the engine itself.</summary>
[Collection(PlanClinics.Collection)]
public sealed class PlanTests(PlanClinics clinics)
{
    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Fact]
    public async Task Every_patient_list_walks_the_index_of_its_filter_on_sqlite()
    {
        var test = await clinics.GetAsync("sqlite");
        foreach (var filter in Filters())
        {
            var (statement, values) = new PatientLists().For(filter);
            var plan = await SqlPlans.StepsAsync(test, statement, values);

            var step = Assert.Single(plan);
            Assert.Matches($"USING INDEX {IndexOf(filter)}\\b", step);
        }
    }

    [Fact]
    public async Task Every_patient_list_walks_the_index_of_its_filter_and_looks_at_few_rows_on_postgresql()
    {
        var test = await clinics.GetAsync("postgresql");
        foreach (var filter in Filters())
        {
            var (statement, values) = new PatientLists().For(filter);
            var (nodes, _) = await SqlPlans.NodesAsync(test, statement, values);
            Assert.DoesNotContain(nodes, node => node.GetProperty("Node Type").GetString() == "Seq Scan");
            var index = nodes.Select(node => node.TryGetProperty("Index Name", out var name) ? name.GetString() : null).Single(name => name is not null);
            // At this size several of the family may cost the same; the bound decides whether the choice was good.
            Assert.StartsWith(filter.Archived ? "idx_patients_archived" : index == "patients_pkey" ? index : "idx_patients_", index, StringComparison.Ordinal);
            Assert.InRange(nodes.Max(SqlPlans.Examined), 0, (3 * SqlPlans.Returned(nodes)) + 100);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Whom_a_doctor_has_to_see_is_the_beginning_of_an_index(string engine)
    {
        var test = await clinics.GetAsync(engine);
        (int Statement, string Index, object?[] Values)[] asked =
        [
            (0, "idx_patients_review", [3, new DateOnly(2026, 6, 1), 8]), (1, "idx_patients_review", [3, new DateOnly(2026, 6, 1)]), (2, "idx_patients_level_changed", [3, 0L, 8]),
        ];
        foreach (var (number, index, values) in asked)
        {
            var statement = PatientsToSee.All[number];
            if (engine == "sqlite")
            {
                Assert.Matches($@"^SEARCH patients USING (COVERING )?INDEX {index} \(assigned_doctor_id=\? AND [a-z_]+[<>]=?\?\)$", Assert.Single(await SqlPlans.StepsAsync(test, statement, values)));
                continue;
            }

            var (nodes, plan) = await SqlPlans.NodesAsync(test, statement, values);
            Assert.True(nodes.Any(node => node.TryGetProperty("Index Name", out var name) && name.GetString() == index), plan);
            Assert.DoesNotContain(nodes, node => node.GetProperty("Node Type").GetString()!.Contains("Sort", StringComparison.Ordinal));
            if (number != 1) Assert.Equal(8, nodes.Max(SqlPlans.Examined));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_list_of_accounts_walks_an_index_and_looks_at_few_rows(string engine)
    {
        var test = await clinics.GetAsync(engine);
        foreach (var filter in UserFilters())
        {
            var (statement, values) = new UserLists(test.Store.Dialect).For(filter);
            if (engine == "sqlite")
            {
                var step = Assert.Single(await SqlPlans.StepsAsync(test, statement, values));
                Assert.Matches($"USING INDEX idx_users_current{(filter.Role is null ? "" : "_role")}{(filter.IsActive is null ? "" : "_active")} \\(.*id<\\?\\)", step);
                continue;
            }

            var (nodes, plan) = await SqlPlans.NodesAsync(test, statement, values);
            Assert.DoesNotContain(nodes, node => node.GetProperty("Node Type").GetString() == "Seq Scan");
            Assert.Contains(nodes, node => node.TryGetProperty("Index Name", out var name) && name.GetString()!.StartsWith("idx_users_", StringComparison.Ordinal));
            Assert.True(nodes.Max(SqlPlans.Examined) <= (3 * SqlPlans.Returned(nodes)) + 100, plan);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_page_of_a_history_walks_its_index_and_looks_at_no_row_beside_it(string engine)
    {
        var test = await clinics.GetAsync(engine);
        var entry = (await test.Store.History.ListAsync(new() { Patient = PlanClinics.WithLongHistory, Limit = 600 }, default))[400];
        foreach (var behind in new HistoryKey?[] { null, HistoryKey.Of(entry) })
        {
            var (statement, values) = HistoryStore.PageOf(new() { Patient = PlanClinics.WithLongHistory, Behind = behind, Limit = 51 });
            if (engine == "sqlite")
            {
                var step = Assert.Single(await SqlPlans.StepsAsync(test, statement, values));
                Assert.Matches($"USING INDEX idx_medical_history_patient \\(patient_id=\\?{(behind is null ? "" : " AND \\(record_date,id\\)<\\(\\?,\\?\\)")}\\)", step);
                continue;
            }

            var (nodes, plan) = await SqlPlans.NodesAsync(test, statement, values);
            Assert.Equal(["Limit", "Index Scan"], nodes.Select(node => node.GetProperty("Node Type").GetString()));
            Assert.Equal("idx_medical_history_patient", nodes[1].GetProperty("Index Name").GetString());
            Assert.InRange(nodes.Max(SqlPlans.Examined), 51, 52);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task No_other_statement_walks_a_whole_table(string engine)
    {
        var test = await clinics.GetAsync(engine);
        var statements = StatementsOf(test.Store.Patients, test.Store.Users, test.Store.History, test.Store.Appointments, test.Store.DoctorHours, test.Store.Outbox, test.Store.UserVersions, test.Store.Sessions, test.Store.Intents,
            test.Store.Consistency, PatientTerms.Lacking, EntryTerms.Lacking, test.Store.IdempotencyKeys, test.Store.Log, test.Store.Deployment, new LogAppend(test.Store.Dialect)).Concat(PatientsToSee.All).Concat(LogFilters().Select(f => LogQuery.Of(f, test.Store.Dialect)).Select(q => new Statement(q.Sql, q.Types))).ToList();
        Assert.InRange(statements.Count, 30, 200);

        foreach (var statement in statements)
        {
            var values = statement.Parameters.Select(Sample).ToArray();
            var plan = await SqlPlans.StepsAsync(test, statement, values);
            var scans = engine == "sqlite"
                ? plan.Where(step => step.StartsWith("SCAN ", StringComparison.Ordinal) && !step.Contains("USING", StringComparison.Ordinal) && !Bounded(step))
                : plan.Where(step => step.Contains("Seq Scan", StringComparison.Ordinal) && !Bounded(step));
            Assert.True(!scans.Any(), statement.Sql + "\n" + string.Join('\n', plan));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Versions_name_every_entity_once_however_many_there_are(string engine)
    {
        var test = await clinics.GetAsync(engine);

        var versions = await test.Store.Outbox.VersionsAsync(default).ToListAsync();
        Assert.Equal(PlanClinics.Patients, versions.Where(v => v.Type == EntityType.Patient).Select(v => v.Id).Distinct().Count());
        Assert.Equal(PlanClinics.Entries, versions.Where(v => v.Type == EntityType.MedicalHistory).Select(v => v.Id).Distinct().Count());
        Assert.Equal(PlanClinics.Appointments, versions.Where(v => v.Type == EntityType.Appointment).Select(v => v.Id).Distinct().Count());
        Assert.Equal(PlanClinics.Patients + PlanClinics.Entries + PlanClinics.Appointments, versions.Count);
        Assert.Equal(Enumerable.Range(1, PlanClinics.Users), (await test.Store.UserVersions.VersionsAsync(default).ToListAsync()).Select(v => int.Parse(v.Id)));
    }

    /// <summary>From the sixth chunk on a connection keeps one plan for chunks of any size.</summary>
    [Fact]
    public async Task A_chunk_of_records_is_added_by_keys_also_by_the_plan_that_is_kept()
    {
        var test = await clinics.GetAsync("postgresql");
        var many = Assert.Single(StatementsOf(test.Store.Patients), statement => statement.Sql.Contains("FROM given", StringComparison.Ordinal));
        await using var connection = new NpgsqlConnection(RelationalUrl.Parse(test.Url).ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using (var prepare = new NpgsqlCommand($"SET plan_cache_mode = force_generic_plan; PREPARE many AS {many.Sql}", connection)) await prepare.ExecuteNonQueryAsync();
        await using var explain = new NpgsqlCommand($"EXPLAIN EXECUTE many({string.Join(", ", many.Parameters.Select(_ => "NULL"))})", connection);
        await using var row = await explain.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await row.ReadAsync()) plan.Add(row.GetString(0));

        Assert.Contains(plan, step => step.Contains("Function Scan", StringComparison.Ordinal));
        Assert.True(plan.TrueForAll(step => !step.Contains("Seq Scan", StringComparison.Ordinal)), string.Join('\n', plan));
    }

    // One-row tables, a parameter's own values, and the outbox in the order of its key up to a limit.
    private static bool Bounded(string step) => new[] { "json_each", "CONSTANT ROW", "waiting", "SCAN outbox", "SCAN entr", "on deployment", "on log_head" }
        .Any(known => step.Contains(known, StringComparison.Ordinal));

    private static string IndexOf(PatientFilter filter) =>
        $"idx_patients{(filter.Archived ? "_archived" : filter.AssignedDoctorId is null && filter.RiskLevel is null ? "_current" : "")}"
        + $"{(filter.AssignedDoctorId is null ? "" : "_doctor")}{(filter.RiskLevel is null ? "" : "_level")}";

    private static IEnumerable<PatientFilter> Filters() =>
        from doctor in new UserId?[] { null, new(3) }
        from level in new RiskLevel?[] { null, RiskLevel.High }
        from min in new double?[] { null, 50 }
        from max in new double?[] { null, 60 }
        from before in new PatientId?[] { null, new(SqlTestStore.Ids.Next()) }
        from archived in new[] { false, true }
        select new PatientFilter { AssignedDoctorId = doctor, RiskLevel = level, MinAge = min, MaxAge = max, Before = before, Archived = archived, Limit = 50 };

    private static IEnumerable<UserFilter> UserFilters() =>
        from role in new Role?[] { null, Role.Admin, Role.Doctor, Role.Patient }
        from active in new bool?[] { null, true, false }
        from before in new UserId?[] { null, new(1000) }
        select new UserFilter { Role = role, IsActive = active, Before = before, Limit = 50 };

    private static IEnumerable<StrokeCare.Audit.LogFilter> LogFilters()
    {
        var at = SqlTestStore.AnEvent().At;
        return
        [
            new(), new() { EventType = "login" }, new() { UserId = 3 }, new() { Severity = "high" }, new() { EventType = "login", Status = "failure" },
            new() { From = at, To = at.AddHours(1) }, new() { EntityType = StrokeCare.Changes.EntityType.Patient, EntityId = "x" }, new() { BeforeSeq = 50, UserId = 3 },
        ];
    }

    private static IEnumerable<Statement> StatementsOf(params object[] owners) => owners.SelectMany(owner =>
        owner.GetType().GetFields(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
            .Select(field => field.GetValue(owner))
            .SelectMany(value => value switch
            {
                Statement[] several => several,
                Statement statement => [statement, .. new[] { statement.Next, statement.Many }.OfType<Statement>()],
                UserReservations or ResetTokens or AppointmentCells or CellFaults or HistoryMentions => StatementsOf(value),
                not null when value.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(TablePages<>) => StatementsOf(value),
                _ => Enumerable.Empty<Statement>(),
            }));

    private static object? Sample(SqlType type) => type switch
    {
        SqlType.Text => "5",
        SqlType.Int => 5,
        SqlType.Long => 5L,
        SqlType.Real => 5.0,
        SqlType.Bool => true,
        SqlType.Time => SqlTestStore.AnEvent().At,
        SqlType.Date => new DateOnly(2000, 1, 1),
        SqlType.Bytes => new byte[] { 5 },
        SqlType.Texts => new[] { "5", "6" },
        SqlType.Ints => new[] { 5, 6 },
        SqlType.Longs => new long?[] { 5, null },
        SqlType.Reals => new double?[] { 5, null },
        SqlType.Bools => new bool?[] { true, null },
        SqlType.Dates => new DateOnly?[] { new(2000, 1, 1), null },
    };
}
