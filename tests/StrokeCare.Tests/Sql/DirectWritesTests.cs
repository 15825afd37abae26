using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql;
using StrokeCare.Tests.Patients;

namespace StrokeCare.Tests.Sql;

/// <summary>Writes of one statement, sent past the queue where the engine takes several at once.</summary>
public sealed class DirectWritesTests
{
    [Fact]
    public async Task A_write_of_one_statement_does_not_wait_for_the_queue_on_postgresql()
    {
        await using var test = await SqlTestStore.NewAsync("postgresql");
        var patient = SqlTestStore.APatient("A1");
        Assert.Equal(AddPatientOutcome.Added, await test.AddAsync(patient));
        await using var blocked = await BlockedWriter.AtAsync(test.Store.Writer);

        // Its names are known to be kept since the first one.
        var second = SqlTestStore.APatient("A2");
        Assert.Equal(AddPatientOutcome.Added, await test.AddAsync(second));
        var next = second.Archive(PatientBuilder.Now);
        Assert.Equal(UpdatePatientOutcome.Updated, await test.Store.Patients.UpdateAsync(next, SqlTestStore.AChange(next), default));

        // Why it changed nothing, only the queue can tell.
        var third = test.AddAsync(SqlTestStore.APatient("A1"));
        await Task.Delay(100);
        Assert.False(third.IsCompleted);
        await blocked.ReleaseAsync();
        Assert.Equal(AddPatientOutcome.MrnTaken, await third);
    }

    [Theory]
    [InlineData(SqlFailpoints.WriterBeforeCommit)]
    [InlineData(SqlFailpoints.AddBeforeInsert)]
    [InlineData(SqlFailpoints.AddAfterInsert)]
    [InlineData(SqlFailpoints.WriterAfterCommit)]
    public async Task Whatever_goes_wrong_past_the_queue_the_queue_makes_good(string point)
    {
        var lost = 0;
        Failpoint.Passed = name =>
        {
            if (name == point && Interlocked.Exchange(ref lost, 0) == 1) throw new IOException("Connection reset by peer");
        };
        await using var test = await SqlTestStore.NewAsync("postgresql");
        Assert.Equal(AddPatientOutcome.Added, await test.AddAsync(SqlTestStore.APatient("A1")));

        lost = 1;
        var patient = SqlTestStore.APatient("A2");
        Assert.Equal(AddPatientOutcome.Added, await test.AddAsync(patient));

        Assert.Equal(0, lost);
        Assert.Equal(2, (await test.Store.Outbox.PendingStateAsync(default)).Count);
        Assert.Equal(AddPatientOutcome.AlreadyExists, await test.AddAsync(patient));
    }
}
