using System.Text.Json.Nodes;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Golden;

public sealed partial class TranscriptTests
{
    private sealed partial class Conversation
    {
        private const string Appointments = "/api/appointments";

        private string GracePath => $"/api/doctors/{portal.IdOf(Person.Grace)}";

        private async Task HoursAsync()
        {
            var week = new JsonObject();
            foreach (var name in new[] { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" })
                week[name] = new JsonArray(Span("09:00", "10:30"), Span("11:00", "12:00"));
            await SayAsync("a doctor says when they work", Person.Grace, "PUT", $"{GracePath}/working-hours", week, ("If-Match", "\"0\""));
            await SayAsync("too late", Person.Ada, "PUT", $"{GracePath}/working-hours", new() { ["version"] = 0 });
            await SayAsync("against the rules", Person.Grace, "PUT", $"{GracePath}/working-hours", new() { ["monday"] = new JsonArray(Span("12:00", "09:01")), ["version"] = 1 });
            await SayAsync("not another doctor's", Person.House, "PUT", $"{GracePath}/working-hours", new() { ["version"] = 1 });
            await SayAsync("and when not", Person.Grace, "PUT", $"{GracePath}/days-off", new() { ["days_off"] = new JsonArray(new JsonObject { ["date"] = "2030-12-24", ["note"] = "Family" }), ["version"] = 1 });
            await SayAsync("why is their own affair", Person.Paul, "GET", $"{GracePath}/days-off");
            await SayAsync("the hours, for a patient", Person.Paul, "GET", $"{GracePath}/working-hours");
            await SayAsync("what is offered", Person.Paul, "GET", $"{GracePath}/slots?date={day}");
            await SayAsync("of another length", Person.Paul, "GET", $"{GracePath}/slots?date={day}&duration_minutes=90");
            await SayAsync("nobody's slots", Person.Paul, "GET", $"/api/doctors/2147483647/slots?date={day}");
        }

        private async Task AppointmentsAsync()
        {
            var booked = await BookingsAsync();
            var one = $"{Appointments}/{booked.Id()}";
            await SayAsync("the appointment", Person.Grace, "GET", one);
            await SayAsync("a foreign appointment", Person.House, "GET", one);
            await SayAsync("an absent one, for an admin", Person.Ada, "GET", $"{Appointments}/0123456789abcdef01234567");
            await SayAsync("moved by the patient", Person.Paul, "PUT", $"{one}/reschedule", At("11:00"), ("If-Match", "\"1\""));
            await SayAsync("too late", Person.Paul, "PUT", $"{one}/reschedule", At("11:30"), ("If-Match", "\"1\""));
            await SayAsync("without a version", Person.Paul, "PUT", $"{one}/cancel", new() { ["reason"] = "Away" });
            await SayAsync("not for patients to say", Person.Paul, "PUT", $"{one}/status", new() { ["status"] = "arrived", ["version"] = 2 });
            await SayAsync("here they are", Person.Grace, "PUT", $"{one}/status", new() { ["status"] = "arrived", ["version"] = 2 });
            await SayAsync("no cancelling now", Person.Paul, "PUT", $"{one}/cancel", new() { ["reason"] = "Away", ["version"] = 3 });
            await SayAsync("done", Person.Grace, "PUT", $"{one}/status", new() { ["status"] = "completed", ["version"] = 3 });
            await SayAsync("that is final", Person.Grace, "PUT", $"{one}/cancel", new() { ["reason"] = "Away", ["version"] = 4 });
            await ArchivedAsync();
            var page = await SayAsync("a doctor's appointments", Person.Grace, "GET", $"{Appointments}?limit=1");
            await SayAsync("the next page", Person.Grace, "GET", $"{Appointments}?limit=1&after={page["next"]}");
            await SayAsync("one's own", Person.Paul, "GET", $"{Appointments}?status=completed");
            await SayAsync("another doctor's", Person.House, "GET", $"{Appointments}?doctor_id={portal.IdOf(Person.Grace)}");
            await SayAsync("a doctor with appointments", Person.Ada, "PUT", $"/api/admin/users/{portal.IdOf(Person.Grace)}", new() { ["is_active"] = false, ["version"] = 1 });
            await SayAsync("the last that did not succeed", Person.Ada, "GET", "/api/security/logs?event_type=appointment_creation_failed&limit=1");
        }

        private async Task<JsonObject> BookingsAsync()
        {
            const string book = $"{Appointments}/book";
            var wanted = Wanted("09:30");
            var booked = await SayAsync("a patient books", Person.Paul, "POST", book, wanted, ("Idempotency-Key", "a1"));
            await SayAsync("the same again", Person.Paul, "POST", book, wanted, ("Idempotency-Key", "a1"));
            await SayAsync("another under the key", Person.Paul, "POST", book, Wanted("10:00"), ("Idempotency-Key", "a1"));
            await SayAsync("what is not offered", Person.Paul, "POST", book, Wanted("10:15"));
            var other = (await SayAsync("another patient", Person.Grace, "POST", Register, APatient())).Id();
            await SayAsync("a time that is taken", Person.Grace, "POST", book, Wanted("09:45").With("patient_id", other));
            await SayAsync("taken all the same", Person.Grace, "POST", book, Wanted("09:45").With("patient_id", other).With("urgency", "Urgent").With("override", true).With("override_reason", "Chest pain"));
            await SayAsync("not by patients", Person.Paul, "POST", book, Wanted("09:30").With("override", true));
            await SayAsync("all wrong", Person.Grace, "POST", book, new() { ["doctor_id"] = "2", ["patient_id"] = "x", ["appointment_date"] = "tomorrow", ["appointment_time"] = "9:30", ["urgency"] = "asap", ["room"] = 1 });
            await SayAsync("against the rules", Person.Grace, "POST", book, Wanted("09:31").With("patient_id", other).With("duration_minutes", 7).With("reason", " "));
            return booked;
        }

        private async Task ArchivedAsync()
        {
            var patient = (await SayAsync("somebody who will be archived", Person.Grace, "POST", Register, APatient())).Id();
            await SayAsync("and has an appointment", Person.Grace, "POST", $"{Appointments}/book", Wanted("11:30").With("patient_id", patient));
            await SayAsync("is archived", Person.Ada, "DELETE", $"{PatientsPath}/{patient}", new() { ["version"] = 1 });
            await SayAsync("and has it no more", Person.Ada, "GET", $"{Appointments}?patient_id={patient}");
        }

        private JsonObject At(string time) => new() { ["appointment_date"] = day, ["appointment_time"] = time };

        private JsonObject Wanted(string time) => At(time).With("doctor_id", portal.IdOf(Person.Grace).Value).With("reason", "Check-up");

        private static JsonObject Span(string from, string to) => new() { ["from"] = from, ["to"] = to };
    }
}
