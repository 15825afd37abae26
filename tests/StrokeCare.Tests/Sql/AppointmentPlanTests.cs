using StrokeCare.Sql.Appointments;

namespace StrokeCare.Tests.Sql;

/// <summary>Lists of appointments, and who is busy, are stretches of an index; asked of the engine itself.</summary>
[Collection(PlanClinics.Collection)]
public sealed class AppointmentPlanTests(PlanClinics clinics)
{
    public static TheoryData<string> Engines => SqlTestStore.Engines;

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
                var step = Assert.Single(await SqlPlans.StepsAsync(test, statement, values));
                Assert.True(step.Contains($"USING INDEX {AppointmentPlans.IndexOf(filter)}", StringComparison.Ordinal), $"{asked}: {step}");
                continue;
            }

            var (nodes, plan) = await SqlPlans.NodesAsync(test, statement, values);
            Assert.DoesNotContain(nodes, node => node.GetProperty("Node Type").GetString() == "Seq Scan");
            Assert.True(nodes.Max(SqlPlans.Examined) <= (3 * SqlPlans.Returned(nodes)) + 100, $"{asked}: {plan}");
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
                var steps = (await SqlPlans.StepsAsync(test, statement, values)).Where(step => step.StartsWith("SEARCH", StringComparison.Ordinal)).ToList();
                Assert.Equal(2, steps.Count);
                Assert.Matches(@"idx_appointments_doctor_status \(doctor_id=\? AND status=\? AND starts_at>\? AND starts_at<\?\)", steps[0]);
                Assert.Matches(@"idx_appointments_patient_status \(patient_id=\? AND status=\? AND starts_at>\? AND starts_at<\?\)", steps[1]);
                continue;
            }

            var (nodes, plan) = await SqlPlans.NodesAsync(test, statement, values);
            Assert.DoesNotContain(nodes, node => node.GetProperty("Node Type").GetString() == "Seq Scan");
            Assert.True(nodes.Max(SqlPlans.Examined) <= (3 * SqlPlans.Returned(nodes)) + 100, plan);
        }
    }
}
