using System.Reflection;
using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Risk;
using StrokeCare.Sql.Accounts;
using StrokeCare.Sql.Appointments;
using StrokeCare.Sql.Audit;
using StrokeCare.Sql.Engine;
using StrokeCare.Sql.History;
using StrokeCare.Sql.Patients;
using StrokeCare.Tests.Accounts;
using StrokeCare.Tests.History;

namespace StrokeCare.Tests.Sql;

/// <summary>Every statement the store issues is served by an index; asked of the engine itself.</summary>
public sealed class PlanTests(PlanTests.Clinics clinics) : IClassFixture<PlanTests.Clinics>
{
    private const int Patients = 4000;
    private const int Users = 1100;
    private const int Entries = 3000;
    private const int Reserved = 50;
    private const int MostAppointments = 3000;

    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Fact]
    public async Task Every_patient_list_walks_the_index_of_its_filter_on_sqlite()
    {
        var test = await clinics.GetAsync("sqlite");
        foreach (var filter in Filters())
        {
            var (statement, values) = new PatientLists().For(filter);
            var plan = await PlanAsync(test, "EXPLAIN QUERY PLAN ", statement, values, 3);

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
            var plan = string.Join('\n', await PlanAsync(test, "EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ", statement, values, 0));

            var nodes = Flat(JsonDocument.Parse(plan).RootElement[0].GetProperty("Plan")).ToList();
            Assert.DoesNotContain(nodes, node => node.GetProperty("Node Type").GetString() == "Seq Scan");
            var index = nodes.Select(node => node.TryGetProperty("Index Name", out var name) ? name.GetString() : null).Single(name => name is not null);
            // At this size several of the family may cost the same; the bound decides whether the choice was good.
            Assert.StartsWith(filter.Archived ? "idx_patients_archived" : index == "patients_pkey" ? index : "idx_patients_", index, StringComparison.Ordinal);
            Assert.InRange(nodes.Max(Examined), 0, (3 * Rows(nodes[0], "Actual Rows")) + 100);
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
                var step = Assert.Single(await PlanAsync(test, "EXPLAIN QUERY PLAN ", statement, values, 3));
                Assert.Matches($"USING INDEX idx_users_current{(filter.Role is null ? "" : "_role")}{(filter.IsActive is null ? "" : "_active")} \\(.*id<\\?\\)", step);
                continue;
            }

            var plan = string.Join('\n', await PlanAsync(test, "EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ", statement, values, 0));
            var nodes = Flat(JsonDocument.Parse(plan).RootElement[0].GetProperty("Plan")).ToList();
            Assert.DoesNotContain(nodes, node => node.GetProperty("Node Type").GetString() == "Seq Scan");
            Assert.Contains(nodes, node => node.TryGetProperty("Index Name", out var name) && name.GetString()!.StartsWith("idx_users_", StringComparison.Ordinal));
            Assert.True(nodes.Max(Examined) <= (3 * Rows(nodes[0], "Actual Rows")) + 100, plan);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_page_of_a_history_walks_its_index_and_looks_at_no_row_beside_it(string engine)
    {
        var test = await clinics.GetAsync(engine);
        var entry = (await test.Store.History.ListAsync(new() { Patient = Clinics.WithLongHistory, Limit = 600 }, default))[400];
        foreach (var behind in new HistoryKey?[] { null, HistoryKey.Of(entry) })
        {
            var (statement, values) = HistoryStore.PageOf(new() { Patient = Clinics.WithLongHistory, Behind = behind, Limit = 51 });
            if (engine == "sqlite")
            {
                var step = Assert.Single(await PlanAsync(test, "EXPLAIN QUERY PLAN ", statement, values, 3));
                Assert.Matches($"USING INDEX idx_medical_history_patient \\(patient_id=\\?{(behind is null ? "" : " AND \\(record_date,id\\)<\\(\\?,\\?\\)")}\\)", step);
                continue;
            }

            var plan = string.Join('\n', await PlanAsync(test, "EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ", statement, values, 0));
            var nodes = Flat(JsonDocument.Parse(plan).RootElement[0].GetProperty("Plan")).ToList();
            Assert.Equal(["Limit", "Index Scan"], nodes.Select(node => node.GetProperty("Node Type").GetString()));
            Assert.Equal("idx_medical_history_patient", nodes[1].GetProperty("Index Name").GetString());
            Assert.InRange(nodes.Max(Examined), 51, 52);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_list_of_appointments_is_one_stretch_of_an_index(string engine)
    {
        var test = await clinics.GetAsync(engine);
        var lists = new AppointmentLists(test.Store.Dialect);
        foreach (var filter in AppointmentPlans.Filters())
        {
            var (statement, values) = lists.For(filter);
            var asked = $"{engine} {filter}";
            if (engine == "sqlite")
            {
                var step = Assert.Single(await PlanAsync(test, "EXPLAIN QUERY PLAN ", statement, values, 3));
                Assert.True(step.Contains($"USING INDEX {AppointmentPlans.IndexOf(filter)}", StringComparison.Ordinal), $"{asked}: {step}");
                continue;
            }

            var plan = string.Join('\n', await PlanAsync(test, "EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ", statement, values, 0));
            var nodes = Flat(JsonDocument.Parse(plan).RootElement[0].GetProperty("Plan")).ToList();
            Assert.DoesNotContain(nodes, node => node.GetProperty("Node Type").GetString() == "Seq Scan");
            Assert.True(nodes.Max(Examined) <= (3 * Rows(nodes[0], "Actual Rows")) + 100, $"{asked}: {plan}");
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_is_busy_is_told_by_what_is_around(string engine)
    {
        var test = await clinics.GetAsync(engine);
        foreach (var filter in AppointmentPlans.Busy())
        {
            var (statement, values) = new AppointmentCells(test.Store.Dialect).BusyOf(filter);
            if (engine == "sqlite")
            {
                var steps = (await PlanAsync(test, "EXPLAIN QUERY PLAN ", statement, values, 3)).Where(step => step.StartsWith("SEARCH", StringComparison.Ordinal)).ToList();
                Assert.Equal(2, steps.Count);
                Assert.Matches(@"idx_appointments_doctor_status \(doctor_id=\? AND status=\? AND starts_at>\? AND starts_at<\?\)", steps[0]);
                Assert.Matches(@"idx_appointments_patient_status \(patient_id=\? AND status=\? AND starts_at>\? AND starts_at<\?\)", steps[1]);
                continue;
            }

            var plan = string.Join('\n', await PlanAsync(test, "EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ", statement, values, 0));
            var nodes = Flat(JsonDocument.Parse(plan).RootElement[0].GetProperty("Plan")).ToList();
            Assert.DoesNotContain(nodes, node => node.GetProperty("Node Type").GetString() == "Seq Scan");
            Assert.True(nodes.Max(Examined) <= (3 * Rows(nodes[0], "Actual Rows")) + 100, plan);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task No_other_statement_walks_a_whole_table(string engine)
    {
        var test = await clinics.GetAsync(engine);
        var statements = StatementsOf(test.Store.Patients, test.Store.Users, test.Store.History, test.Store.Appointments, test.Store.DoctorHours, test.Store.Outbox, test.Store.UserVersions, test.Store.Sessions, test.Store.Intents,
            test.Store.IdempotencyKeys, test.Store.Log, test.Store.Deployment, new LogAppend(test.Store.Dialect)).Concat(LogFilters().Select(f => LogQuery.Of(f, test.Store.Dialect)).Select(q => new Statement(q.Sql, q.Types))).ToList();
        Assert.InRange(statements.Count, 30, 200);

        foreach (var statement in statements)
        {
            var values = statement.Parameters.Select(Sample).ToArray();
            var plan = await PlanAsync(test, engine == "sqlite" ? "EXPLAIN QUERY PLAN " : "EXPLAIN ", statement, values, engine == "sqlite" ? 3 : 0);
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
        Assert.Equal(Patients, versions.Where(v => v.Type == EntityType.Patient).Select(v => v.Id).Distinct().Count());
        Assert.Equal(Entries, versions.Where(v => v.Type == EntityType.MedicalHistory).Select(v => v.Id).Distinct().Count());
        Assert.Equal(Clinics.Appointments, versions.Where(v => v.Type == EntityType.Appointment).Select(v => v.Id).Distinct().Count());
        Assert.Equal(Patients + Entries + Clinics.Appointments, versions.Count);
        Assert.Equal(Enumerable.Range(1, Users), (await test.Store.UserVersions.VersionsAsync(default).ToListAsync()).Select(v => int.Parse(v.Id)));
    }

    private static IEnumerable<JsonElement> Flat(JsonElement node) =>
        node.TryGetProperty("Plans", out var below) ? below.EnumerateArray().SelectMany(Flat).Prepend(node) : [node];

    private static long Rows(JsonElement node, string property) => node.TryGetProperty(property, out var rows) ? (long)rows.GetDouble() : 0;

    private static long Examined(JsonElement node) => Rows(node, "Actual Rows") + Rows(node, "Rows Removed by Filter") + Rows(node, "Rows Removed by Index Recheck");

    // One-row tables, a parameter's own values, and the outbox in the order of its key up to a limit.
    private static bool Bounded(string step) => new[] { "json_each", "CONSTANT ROW", "waiting", "SCAN outbox", "on deployment", "on log_head" }
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
                Statement statement => statement.Next is { } next ? [statement, next] : [statement],
                StrokeCare.Sql.Changes.VersionsOf or UserReservations or ResetTokens or AppointmentCells => StatementsOf(value),
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
    };

    private static Task<List<string>> PlanAsync(SqlTestStore test, string explain, Statement statement, object?[] values, int column) =>
        test.Store.Readers.QueryAsync(new Statement(explain + statement.Sql, statement.Parameters), row => row.GetString(column), values, default);

    /// <summary>A clinic of 4,000 on each engine, with statistics: an empty table is walked whatever its indexes.</summary>
    public sealed class Clinics : IAsyncLifetime
    {
        private readonly SemaphoreSlim gate = new(1);
        private readonly Dictionary<string, SqlTestStore> open = [];

        public static int Appointments { get; private set; }

        public static PatientId WithLongHistory { get; } = new(SqlTestStore.Ids.Next());

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        internal async Task<SqlTestStore> GetAsync(string engine)
        {
            await gate.WaitAsync();
            try
            {
                return open.TryGetValue(engine, out var test) ? test : open[engine] = await FillAsync(engine);
            }
            finally
            {
                gate.Release();
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var test in open.Values) await test.DisposeAsync();
            gate.Dispose();
        }

        private static async Task<SqlTestStore> FillAsync(string engine)
        {
            var test = await SqlTestStore.NewAsync(engine);
            var added = Enumerable.Range(0, Patients)
                .Select(i => SqlTestStore.APatient($"M{i}", doctor: i % 20, age: 18 + (i % 70), sourceKey: $"s:{i}", user: i + 1))
                .Select(patient => patient.Id.Value.Rest % 4 != 0 ? patient : patient with { ArchivedAt = patient.CreatedAt })
                .Select(patient => new PatientAdded(patient, SqlTestStore.AChange(patient))).ToList();
            await test.Store.Patients.AddManyAsync(added, default);
            await test.Store.Log.AppendAsync([.. Enumerable.Range(0, 3000).Select(i => SqlTestStore.AnEvent() with { ActorId = new(i % 50 + 1), At = SqlTestStore.AnEvent().At.AddMinutes(i) })], default);
            for (var i = 0; i < 300; i++) await test.Store.IdempotencyKeys.ReserveAsync(new(null, "r", $"{i}"), new(SqlTestStore.Ids.Next(), [1], null), SqlTestStore.AnEvent().At, default);
            await FillUsersAsync(test);
            for (var i = 0; i < Entries; i++)
            {
                // Many of one day, as an import would leave them.
                var entry = HistoryBuilder.AnEntry(i % 5 == 0 ? WithLongHistory : added[i].Patient.Id, HistoryBuilder.Day.AddDays(i / 1000));
                await test.Store.History.AddAsync(entry, entry.AsChange(), default);
            }

            Appointments = await AppointmentPlans.FillAsync(test, MostAppointments);
            await AppointmentPlans.FillHoursAsync(test, 200);
            foreach (var one in added.Take(300).Select(a => a.Patient))
            {
                var next = one with { Version = 2, Details = one.Details with { Mrn = $"N{one.Details.Mrn}" } };
                await test.Store.Patients.UpdateAsync(next, SqlTestStore.AChange(next), default);
            }

            var analyze = new Statement("ANALYZE");
            await test.Store.Writer.RunAsync(session => session.Execute(analyze), default);
            return test;
        }

        private static async Task FillUsersAsync(SqlTestStore test)
        {
            var at = SqlTestStore.AnEvent().At;
            for (var i = 0; i < Users; i++)
            {
                var user = AccountBuilder.AnAccount(i % 50 == 0 ? Role.Admin : i % 5 == 0 ? Role.Doctor : Role.Patient) with { IsActive = i % 7 != 0 };
                var (_, id) = await test.Store.Users.AddAsync(user, _ => SqlTestStore.AnEvent(), default);
                await test.Store.Sessions.AddResetTokenAsync(SessionStoreTests.AToken(at, id.Value), default);
                if (i % 2 != 0) continue;
                await test.Store.Sessions.OpenAsync(SessionStoreTests.ASession(id.Value), SqlTestStore.AnEvent(), default);
                await test.Store.Intents.AddAsync(IntentStoreTests.AnIntent(at.AddSeconds(i)), default);
            }

            for (var i = 0; i < 1000; i++) await test.Store.Patients.RefuseIdAsync(new(SqlTestStore.Ids.Next()), default);

            // The newest of all: a list has to get past them without looking at each.
            for (var i = 0; i < Reserved; i++) await test.Store.Users.ReserveAsync(AccountBuilder.AnAccount().ReservedFor($"i{i}"), default);
        }
    }
}
