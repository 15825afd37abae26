using StrokeCare.Appointments;
using StrokeCare.Tests.Appointments;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>A server that takes a write and loses the answer, or goes away.</summary>
public sealed class MongoAppointmentAwayTests(MongoTestDatabase database) : IClassFixture<MongoTestDatabase>, IAsyncLifetime
{
    private ProxiedMongoStore proxied = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IAppointmentStore Appointments => proxied.Store.Appointments;

    public async ValueTask InitializeAsync()
    {
        proxied = await ProxiedMongoStore.OpenAsync(database);
        await proxied.Store.EnsureIndexesAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (proxied is not null) await proxied.DisposeAsync();
    }

    [Fact]
    public async Task Writes_whose_answers_were_lost_are_made_once_and_answered_as_done()
    {
        var first = AnAppointment();
        proxied.Proxy.LoseAnswerTo("insert", "appointments");
        Assert.Equal(BookOutcome.Booked, await BookAsync(first));
        Assert.Equal(1, proxied.Proxy.Lost);
        Assert.Equal(BookOutcome.AlreadyExists, await BookAsync(first));
        Assert.Equal(BookOutcome.DoctorTaken, await BookAsync(AnAppointment(first.DoctorId)));

        var moved = first.Moved("12:00");
        proxied.Proxy.LoseAnswerTo("update", "appointments");
        Assert.Equal(UpdateAppointmentOutcome.Updated, await UpdateAsync(moved));
        Assert.Equal(2, proxied.Proxy.Lost);
        Assert.Equal(moved.AsText(), (await Appointments.FindAsync(first.Id, Ct))!.AsText());

        var pending = (await proxied.Store.AppointmentChanges.PendingAsync(1000, Ct)).Where(c => c.EntityId == first.Id.ToString());
        Assert.Equal([1L, 2L], pending.Select(c => c.EntityVersion!.Value));
    }

    [Fact]
    public async Task Answers_unavailable_while_the_server_is_away()
    {
        var first = AnAppointment();
        await BookAsync(first);
        proxied.Proxy.Cut();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Appointments.FindAsync(first.Id, Ct));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Appointments.ListAsync(new() { Limit = 10 }, Ct));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Appointments.BusyAsync(BusyFilter.Of(first), Ct));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => BookAsync(AnAppointment()));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => UpdateAsync(first.Cancelled()));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => proxied.Store.RepairSharedTimeAsync(Now, Ct));
    }

    private Task<BookOutcome> BookAsync(Appointment appointment) => Appointments.BookAsync(appointment, appointment.AsChange(), Ct);

    private Task<UpdateAppointmentOutcome> UpdateAsync(Appointment next) => Appointments.UpdateAsync(next, next.AsChange(), Ct);
}
