using Npgsql;
using StrokeCare.Patients;
using StrokeCare.Sql;

namespace StrokeCare.Tests.Sql;

/// <summary>PostgreSQL writes two chunks of a bulk at a time: when one of them fails, the other is not left to itself.</summary>
public sealed class ManyAtOnceTests
{
    private const string Hold = "INSERT INTO patient_names (form, name) VALUES ('zwingli', 'zwingli')";

    [Fact]
    public async Task Who_is_told_of_a_failure_is_told_when_nothing_is_written_any_more()
    {
        await using var test = await SqlTestStore.NewAsync("postgresql");
        await using var other = new NpgsqlConnection(RelationalUrl.Parse(test.Url).ConnectionString + ";Pooling=false");
        await other.OpenAsync();
        await using var holding = await other.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand(Hold, other, holding)) await hold.ExecuteNonQueryAsync();
        // No column of PostgreSQL takes a zero; and the second half waits for a name of its own.
        List<Patient> rows =
        [
            .. Enumerable.Range(0, 500).Select(i => SqlTestStore.APatient()).Select((one, i) => i == 7 ? one with { Details = one.Details with { Phone = "\0" } } : one),
            .. Enumerable.Range(0, 500).Select(i => SqlTestStore.APatient()).Select(one => one with { Details = one.Details with { LastName = "Zwingli" } }),
        ];

        var adding = test.Store.Patients.AddManyAsync(rows.ConvertAll(one => new PatientAdded(one, SqlTestStore.AChange(one))), default);
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.False(adding.IsCompleted);
        var raised = test.Changed.Count;
        await holding.RollbackAsync();

        Assert.Equal("22021", (await Assert.ThrowsAsync<PostgresException>(() => adding)).SqlState);
        Assert.Equal(new PatientCount(500, 0), await test.Store.Patients.CountAsync(default));
        Assert.NotNull(await test.Store.Patients.FindAsync(rows[^1].Id, default));
        Assert.Equal(raised + 1, test.Changed.Count);
    }
}
