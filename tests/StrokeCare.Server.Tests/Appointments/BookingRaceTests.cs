using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Appointments.Practice;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Appointments;

public sealed class BookingRaceTests(Portals portals)
{
    private const int Racers = 200;

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Of_200_who_want_the_same_time_one_has_it_and_all_others_hear_what_is_free(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        var patients = new List<string> { practice.Patient };
        while (patients.Count < 10) patients.Add(await practice.NewPatientAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, Racers).Select(async i =>
        {
            var (who, wanted) = (i % 3) switch
            {
                0 => (practice.Owner, practice.At("10:00")),
                1 => (practice.Doctor, practice.At("10:00", patients[i % patients.Count])),
                _ => (practice.Admin, practice.At("10:00", patients[i % patients.Count])),
            };
            return await who.PostAsync(Book, wanted);
        }));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            var problem = await refused.ProblemAsync(HttpStatusCode.Conflict, "appointment.slot_taken");
            Assert.Equal(["10:30", "09:30", "11:00"], Times(problem["alternatives"]));
        }

        Assert.Single(await practice.Doctor.ItemsAsync(Practice.Appointments));
        var failed = await portal.Get<ISecurityLog>().FindAsync(new() { EventType = "appointment_creation_failed", Limit = 10_000 }, CancellationToken.None);
        Assert.Equal(Racers - 1, failed.Count(row => (int)JsonNode.Parse(row.AdditionalData!)!["doctor_id"]! == practice.DoctorId.Value));
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Twenty_parallel_bookings_under_one_key_are_one(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        var key = Change.NewId();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var response = await practice.Owner.PostAsync(Book, practice.At("10:00"), ("Idempotency-Key", key));
            return (Appointment: await response.ObjectAsync(HttpStatusCode.Created), Replayed: response.Headers.Contains("Idempotency-Replayed"));
        }));
        Assert.Single(answers, answer => !answer.Replayed);
        Assert.All(answers, answer => Assert.True(JsonNode.DeepEquals(answers[0].Appointment, answer.Appointment)));
        Assert.Single(await practice.Owner.ItemsAsync(Practice.Appointments));
        await (await practice.Owner.PostAsync(Book, practice.At("10:30"), ("Idempotency-Key", key))).ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency.key_reused");

        // A refused one may be corrected under its key.
        var second = Change.NewId();
        await (await practice.Owner.PostAsync(Book, practice.At("10:10"), ("Idempotency-Key", second))).ProblemAsync(HttpStatusCode.Conflict, "appointment.not_offered");
        await (await practice.Owner.PostAsync(Book, practice.At("11:00"), ("Idempotency-Key", second))).ObjectAsync(HttpStatusCode.Created);
        // A repeat is answered whatever has become of the appointment since.
        await (await PutAsync(practice.Owner, answers[0].Appointment, "cancel", new JsonObject { ["reason"] = "Better", ["version"] = 1 })).ObjectAsync();
        var again = await (await practice.Owner.PostAsync(Book, practice.At("10:00"), ("Idempotency-Key", key))).ObjectAsync(HttpStatusCode.Created);
        Assert.Equal((answers[0].Appointment.Id(), "cancelled"), (again.Id(), (string?)again["status"]));
    }
}
