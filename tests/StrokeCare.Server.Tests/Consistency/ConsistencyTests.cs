using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Consistency;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Consistency;

public sealed class ConsistencyTests
{
    private const int Corruptions = 200;
    private const int Nobody = 999_999;

    // One kind takes two.
    private const int Records = Corruptions + 20;

    public static TheoryData<Pair> All => Pairs.All;

    /// <summary>Every kind there is, by turns: where alone it can be, what is done to a record that was whole, and the finding it must give.</summary>
    private static readonly (string Code, bool? Mongo, Func<CorruptedClinic, CorruptedRecord, Task<string>> Do)[] Kinds =
    [
        ("reference.user_missing", null, (clinic, one) => SetAsync(clinic, "patients", one.Patient, "assigned_doctor_id", Nobody)),
        ("reference.user_missing", null, (clinic, one) => SetAsync(clinic, "patients", one.Patient, "created_by", Nobody)),
        ("reference.user_missing", null, (clinic, one) => SetAsync(clinic, "medical_history", one.Entry, "recorded_by", Nobody)),
        ("reference.user_left", null, (clinic, one) => SetAsync(clinic, "patients", one.Patient, "assigned_doctor_id", clinic.Admin.Value)),
        ("reference.patient_missing", null, (clinic, one) => SetAsync(clinic, "medical_history", one.Entry, "patient_id", CorruptedClinic.NewId().ToString())),
        ("entity.version_unlogged", null, (clinic, one) => SetAsync(clinic, "patients", one.Patient, "version", 3L)),
        ("entity.version_unlogged", null, (clinic, one) => SetAsync(clinic, "medical_history", one.Entry, "version", 2L)),
        ("entity.rolled_back", null, (clinic, one) => SetAsync(clinic, "patients", one.Patient, "version", 1L)),
        ("entity.lost", null, (clinic, one) => DeleteAsync(clinic, "medical_history", one.Entry)),
        ("intent.unfinished", null, OpenIntentAsync),
        ("reference.user_missing", null, (clinic, one) => SetAsync(clinic, "appointments", one.Appointment, "created_by", Nobody)),
        ("reference.user_left", null, (clinic, one) => SetWithCellsAsync(clinic, one.Appointment, "doctor_id", clinic.Admin.Value)),
        ("reference.patient_missing", null, (clinic, one) => SetWithCellsAsync(clinic, one.Appointment, "patient_id", CorruptedClinic.NewId().ToString())),
        ("entity.version_unlogged", null, (clinic, one) => SetAsync(clinic, "appointments", one.Appointment, "version", 2L)),
        ("cells.left_behind", null, (clinic, one) => SetAsync(clinic, "appointments", one.Appointment, "status", "no_show")),
        ("cells.left_behind", false, (clinic, one) => GiveCellsAwayAsync(clinic, one.Appointment, "doctor_id", Nobody)),
        ("cells.left_behind", false, (clinic, one) => GiveCellsAwayAsync(clinic, one.Appointment, "patient_id", CorruptedClinic.NewId().ToString())),
        ("cells.missing", null, LoseCellsAsync),
        ("reference.patient_archived", null, ArchiveAsync),
        ("claim.missing", true, LoseClaimAsync),
        ("claim.of_another", true, GiveClaimAwayAsync),
        ("claim.not_held", true, ClaimForNobodyAsync),
    ];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Finds_each_of_200_corruptions_and_nothing_else_and_repairs_what_can_be(Pair pair)
    {
        await using var clinic = await CorruptedClinic.OpenAsync(pair, Records);
        var whole = await clinic.CheckAsync();
        Assert.Equal((true, Records * 3L), (whole.Ok, whole.Entities));

        var kinds = Kinds.Where(kind => (kind.Mongo ?? clinic.IsOnMongo) == clinic.IsOnMongo).ToList();
        var expected = new List<(string Code, string Id)>();
        for (var i = 0; i < Corruptions; i++)
        {
            var kind = kinds[i % kinds.Count];
            expected.Add((kind.Code, await kind.Do(clinic, clinic.Whole.Dequeue())));
        }

        var found = (await clinic.CheckAsync()).Findings;
        Assert.Equal([], expected.Where(one => !found.Any(finding => finding.Code == one.Code && Names(finding, one.Id))));
        Assert.Equal(expected.Count, found.Count);

        await clinic.RepairAsync();
        var left = (await clinic.CheckAsync()).Findings;
        Assert.DoesNotContain(left, finding => finding.Repairable);
        string[] repairable = ["intent.unfinished", "claim.missing", "claim.not_held", "cells.missing", "cells.left_behind"];
        Assert.Equal(expected.Count(one => !repairable.Contains(one.Code)), left.Count);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_change_that_nobody_carries_is_found_and_carried(Pair pair)
    {
        await using var clinic = await CorruptedClinic.OpenAsync(pair, 2);
        await clinic.LeavePendingAsync(clinic.Whole.Dequeue().Patient);
        // The verification within the check carries it, as it must to tell what is lost from what is late.
        Assert.Equal("change.overdue", Assert.Single((await clinic.CheckAsync()).Findings).Code);
        Assert.True((await clinic.CheckAsync()).Ok);

        await clinic.LeavePendingAsync(clinic.Whole.Dequeue().Patient);
        // The appointment of an archived record is cancelled with it.
        Assert.Equal(2, (await clinic.RepairAsync()).ChangesCarried);
        Assert.True((await clinic.CheckAsync()).Ok);
    }

    private static bool Names(ConsistencyFinding finding, string id) => finding.Id == id || finding.Message.Contains(id, StringComparison.Ordinal);

    private static async Task<string> SetAsync(CorruptedClinic clinic, string table, string id, string field, object value)
    {
        await clinic.SetAsync(table, id, field, value);
        return id;
    }

    // In one document they change together.
    private static async Task<string> SetWithCellsAsync(CorruptedClinic clinic, string appointment, string field, object value)
    {
        if (!clinic.IsOnMongo) await GiveCellsAwayAsync(clinic, appointment, field, value);
        return await SetAsync(clinic, "appointments", appointment, field, value);
    }

    private static async Task<string> GiveCellsAwayAsync(CorruptedClinic clinic, string appointment, string field, object value)
    {
        await clinic.SqlAsync(string.Create(CultureInfo.InvariantCulture, $"UPDATE appointment_cells SET {field} = '{value}' WHERE appointment_id = '{appointment}'"));
        return appointment;
    }

    private static async Task<string> DeleteAsync(CorruptedClinic clinic, string table, string id)
    {
        await clinic.DeleteAsync(table, id);
        return id;
    }

    private static async Task<string> OpenIntentAsync(CorruptedClinic clinic, CorruptedRecord one)
    {
        var (id, since) = ($"intent-of-{one.Patient}", CorruptedClinic.AnHourAgo.ToUnixTimeMilliseconds());
        await clinic.SqlAsync(string.Create(
            CultureInfo.InvariantCulture, $"INSERT INTO intents (id, kind, user_id, payload, created_at) VALUES ('{id}', 'reassignment', {clinic.Doctor.Value}, NULL, {since})"));
        return id;
    }

    private static async Task<string> ArchiveAsync(CorruptedClinic clinic, CorruptedRecord one)
    {
        // As it is when an archiving died and nobody could go on with it.
        if (clinic.IsOnMongo) await clinic.SetAsync("patients", one.Patient, "archived", true);
        await clinic.SetAsync("patients", one.Patient, "archived_at", clinic.IsOnMongo ? CorruptedClinic.AnHourAgo.UtcDateTime : CorruptedClinic.AnHourAgo.ToUnixTimeMilliseconds());
        return one.Appointment;
    }

    private static async Task<string> LoseCellsAsync(CorruptedClinic clinic, CorruptedRecord one)
    {
        if (clinic.IsOnMongo) await clinic.Documents("appointments").UpdateOneAsync(new BsonDocument("_id", ObjectId.Parse(one.Appointment)), new BsonDocument("$unset", new BsonDocument("cells", 1)));
        else await clinic.SqlAsync($"DELETE FROM appointment_cells WHERE appointment_id = '{one.Appointment}'");
        return one.Appointment;
    }

    private static async Task<string> LoseClaimAsync(CorruptedClinic clinic, CorruptedRecord one)
    {
        await clinic.Documents("unique_keys").DeleteOneAsync(new BsonDocument("owner", ObjectId.Parse(one.Patient)));
        return one.Patient;
    }

    private static async Task<string> GiveClaimAwayAsync(CorruptedClinic clinic, CorruptedRecord one)
    {
        // The new owner holds the same MRN, as two imports past the product would leave it.
        var mrn = (await clinic.Documents("patients").Find(new BsonDocument("_id", ObjectId.Parse(one.Patient))).SingleAsync())["mrn"];
        var other = clinic.Whole.Dequeue();
        await clinic.Documents("unique_keys").DeleteOneAsync(new BsonDocument("owner", ObjectId.Parse(other.Patient)));
        await clinic.SetAsync("patients", other.Patient, "mrn", mrn.AsString);
        await clinic.Documents("unique_keys").UpdateOneAsync(new BsonDocument("owner", ObjectId.Parse(one.Patient)), new BsonDocument("$set", new BsonDocument("owner", ObjectId.Parse(other.Patient))));
        return one.Patient;
    }

    private static async Task<string> ClaimForNobodyAsync(CorruptedClinic clinic, CorruptedRecord one)
    {
        await clinic.Documents("unique_keys").InsertOneAsync(new BsonDocument
        {
            { "_id", $"mrn:nobody-{one.Patient}" }, { "owner", ObjectId.Parse(one.Patient) }, { "at", CorruptedClinic.AnHourAgo.UtcDateTime },
        });
        return one.Patient;
    }
}
