using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Tests.Changes;
using StrokeCare.Tests.Patients;

namespace StrokeCare.Tests.Appointments;

/// <summary>What the parts of the contract on appointments share.</summary>
public abstract class AppointmentContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>, IAsyncLifetime
    where TFixture : StoreFixture
{
    protected StoreUnderTest Store { get; private set; } = null!;

    protected IAppointmentStore Appointments => Store.Appointments;

    protected IChangeSource Changes => Store.AppointmentChanges;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Store = await fixture.StoreAsync();

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected Task<BookOutcome> BookAsync(Appointment appointment) => Appointments.BookAsync(appointment, appointment.AsChange(), Ct);

    protected Task<UpdateAppointmentOutcome> UpdateAsync(Appointment next) => Appointments.UpdateAsync(next, next.AsChange(), Ct);

    protected async Task<Appointment> BookedAsync(Appointment appointment)
    {
        Assert.Equal(BookOutcome.Booked, await BookAsync(appointment));
        return appointment;
    }

    protected async Task<Appointment> UpdatedAsync(Appointment next)
    {
        Assert.Equal(UpdateAppointmentOutcome.Updated, await UpdateAsync(next));
        return next;
    }

    protected async Task AssertStoredAsync(Appointment appointment)
    {
        Assert.Equal(appointment.AsText(), (await Appointments.FindAsync(appointment.Id, Ct))?.AsText());
        Assert.Contains(appointment.AsText(), (await ListAsync(new() { PatientId = appointment.PatientId, Limit = 100 })).Select(one => one.AsText()));
    }

    protected Task<IReadOnlyList<Appointment>> ListAsync(AppointmentFilter filter) => Appointments.ListAsync(filter, Ct);

    /// <summary>What these own: of their doctors' time and of their patients', each as "from its first minute", in fives.</summary>
    protected async Task<(IReadOnlyList<int> OfDoctor, IReadOnlyList<int> OfPatient)> OwnedAsync(Appointment appointment)
    {
        var own = (await Store.OwnedCells()).Where(cell => cell.Owner == appointment.Id).ToList();
        return ([.. own.Where(cell => cell.Doctor is not null).Select(cell => cell.Cell).Order()], [.. own.Where(cell => cell.Patient is not null).Select(cell => cell.Cell).Order()]);
    }

    protected async Task AssertOwnsAllAsync(Appointment appointment)
    {
        var (ofDoctor, ofPatient) = await OwnedAsync(appointment);
        Assert.Equal(appointment.Cells, ofDoctor);
        Assert.Equal(appointment.Cells, ofPatient);
    }

    protected Task<List<Change>> DrainAsync(int batch = 100) => Changes.DrainAsync(batch);
}
