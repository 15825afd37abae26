using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Tests.Audit;

public sealed class HashChainTests
{
    private static readonly Gen<string> Text = Gen.Frequency(
        (2, Gen.Char['\0', '~']), (1, Gen.Int[0, 7].Select(i => "\"\\{},:é\u2028"[i])))
        .Array[0, 12].Select(chars => new string(chars));

    private static readonly Gen<string?> OptionalText = Gen.Frequency((1, Gen.Const((string?)null)), (3, Text.Select(t => (string?)t)));

    private static readonly Gen<int?> OptionalInt = Gen.Frequency((1, Gen.Const((int?)null)), (2, Gen.Int.Select(i => (int?)i)));

    // Few values per column, so that two rows often differ in one place only, or in none.
    private static readonly Gen<LogRow> Rows = Gen.Select(
        Gen.Select(Text, OptionalText, OptionalText, OptionalText),
        Gen.Select(OptionalText, OptionalText, Text, Text),
        Gen.Select(OptionalInt, OptionalInt, Gen.Int[1, 3], Gen.Int[0, 2]),
        (a, b, n) => ARow() with
        {
            EventDescription = a.Item1,
            Username = a.Item2,
            AdditionalData = a.Item3,
            UserAgent = a.Item4,
            EntityType = b.Item1,
            EntityId = b.Item2,
            Status = b.Item3,
            Severity = b.Item4,
            UserId = n.Item1,
            TargetUserId = n.Item2,
            Seq = n.Item3,
            EntityVersion = n.Item4 == 0 ? null : n.Item4,
        });

    [Fact]
    public void A_row_has_the_canonical_form_worked_out_by_hand()
    {
        var row = ARow() with { Username = "ad\"a\\", UserId = 17, EntityVersion = 1, AdditionalData = "{\"n\":1}\n\u0001\u007f é" };
        Assert.Equal(
            """{"additional_data":"{\"n\":1}\n\u0001<DEL> é","change_id":"00ff","created_at":"2026-03-01T12:00:00.007Z","entity_version":1,"event_description":"Sign-in","event_type":"login","form":1,"seq":1,"severity":"info","status":"success","user_id":17,"username":"ad\"a\\"}"""
                .Replace("<DEL>", "\u007f", StringComparison.Ordinal),
            HashChain.Canonical(row));
    }

    [Fact]
    public void Every_escape_is_the_shortest_that_RFC_8785_allows()
    {
        var row = ARow() with { EventDescription = "\b\t\n\f\r\u0000\u001f\"\\/<>&'\u007f\u2028\u00e9😀" };
        Assert.Contains("\"event_description\":\"\\b\\t\\n\\f\\r\\u0000\\u001f\\\"\\\\/<>&'\u007f\u2028\u00e9😀\",", HashChain.Canonical(row), StringComparison.Ordinal);
    }

    // printf and sha256sum give the same two hashes for the bytes written here.
    [Fact]
    public void The_hash_is_SHA_256_over_the_32_bytes_before_it_and_the_form()
    {
        const string form = """{"change_id":"00ff","created_at":"2026-03-01T12:00:00.007Z","event_description":"Sign-in","event_type":"login","form":1,"seq":1,"severity":"info","status":"success"}""";
        Assert.Equal(form, HashChain.Canonical(ARow()));
        Assert.Equal("fff6680c9448ea3c5ddc5231d4e89448cb31f2d5d6c8f0159c44cc79b1cd9955", HashChain.Of(ARow()));
        Assert.Equal("0b9534d45cde68dc2cf5c5744a1b73401cdb9fc4a15db85944a315570c9d82d0", HashChain.Of(ARow() with { PrevHash = new string('f', 64) }));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([.. new byte[32], .. Encoding.UTF8.GetBytes(form)])), HashChain.Of(ARow()));
    }

    [Fact]
    public void Every_form_is_JSON_with_sorted_keys_that_gives_the_columns_back() => Rows.Sample(row =>
    {
        using var json = JsonDocument.Parse(HashChain.Canonical(row));
        var keys = json.RootElement.EnumerateObject().Select(p => p.Name).ToList();
        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
        Assert.All(json.RootElement.EnumerateObject(), p => Assert.True(p.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number));
        Assert.Equal(row.EventDescription, json.RootElement.GetProperty("event_description").GetString());
        Assert.Equal(row.UserAgent, json.RootElement.TryGetProperty("user_agent", out var agent) ? agent.GetString() : null);
        Assert.Equal(row.UserId, json.RootElement.TryGetProperty("user_id", out var user) ? user.GetInt32() : null);
    });

    [Fact]
    public void Two_rows_have_the_same_form_only_if_they_are_the_same_row() => Gen.Select(Rows, Rows).Sample((one, other) =>
        (HashChain.Canonical(one) == HashChain.Canonical(other)) == (one == other));

    [Fact]
    public void Moving_one_value_to_any_other_column_gives_another_form()
    {
        LogRow[] rows =
        [
            ARow() with { Username = "x" }, ARow() with { UserRole = "x" }, ARow() with { TargetUsername = "x" }, ARow() with { IpAddress = "x" },
            ARow() with { UserAgent = "x" }, ARow() with { AdditionalData = "x" }, ARow() with { EntityType = "x" }, ARow() with { EntityId = "x" },
            ARow() with { EventType = "x" }, ARow() with { EventDescription = "x" }, ARow() with { Status = "x" }, ARow() with { Severity = "x" },
            ARow() with { ChangeId = "x" }, ARow() with { UserId = 2 }, ARow() with { TargetUserId = 2 }, ARow() with { EntityVersion = 2 },
            ARow() with { Seq = 2 }, ARow() with { Form = 2 }, ARow() with { Username = "" }, ARow(),
        ];
        Assert.Equal(rows.Length, rows.Select(HashChain.Canonical).Distinct().Count());
    }

    [Fact]
    public void The_form_covers_every_column_but_the_hashes_themselves()
    {
        var covered = typeof(LogRow).GetProperties().Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name))
            .Except(["prev_hash", "hash"]).Order(StringComparer.Ordinal);
        var full = ARow() with
        {
            UserId = 1,
            Username = "a",
            UserRole = "a",
            TargetUserId = 1,
            TargetUsername = "a",
            IpAddress = "a",
            UserAgent = "a",
            AdditionalData = "a",
            EntityType = "a",
            EntityId = "a",
            EntityVersion = 1,
        };
        using var json = JsonDocument.Parse(HashChain.Canonical(full));
        Assert.Equal(covered, json.RootElement.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void The_row_after_a_head_is_numbered_linked_and_hashed()
    {
        var head = LogHead.Empty;
        foreach (var version in Enumerable.Range(1, 3))
        {
            var row = LogRow.After(head, AChange(version));
            Assert.Equal((head.Seq + 1, head.Hash), (row.Seq, row.PrevHash));
            Assert.Equal(HashChain.Of(row), row.Hash);
            Assert.Equal(("patient_updated", "failure", "medium", "doctor"), (row.EventType, row.Status, row.Severity, row.UserRole));
            Assert.Equal((9, "patient", "6742a1b20102030405060708", (long?)version), (row.UserId, row.EntityType, row.EntityId, row.EntityVersion));
            head = new(row.Seq, row.Hash);
        }
    }

    private static Change AChange(int version) => new()
    {
        ChangeId = Change.NewId(),
        Action = AuditAction.PatientUpdated,
        At = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Description = "Patient updated",
        Status = AuditStatus.Failure,
        Severity = AuditSeverity.Medium,
        ActorId = new UserId(9),
        ActorRole = Role.Doctor,
        EntityType = EntityType.Patient,
        EntityId = "6742a1b20102030405060708",
        EntityVersion = version,
    };

    private static LogRow ARow() => new()
    {
        Seq = 1,
        ChangeId = "00ff",
        EventType = "login",
        EventDescription = "Sign-in",
        Status = "success",
        Severity = "info",
        CreatedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, 7, TimeSpan.Zero),
        PrevHash = new string('0', 64),
        Hash = "",
    };
}
