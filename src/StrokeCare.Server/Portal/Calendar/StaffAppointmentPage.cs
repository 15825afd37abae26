using Microsoft.AspNetCore.Components;
using StrokeCare.Accounts;
using StrokeCare.Appointments;

namespace StrokeCare.Server.Portal;

/// <summary>A page of staff about one appointment: what it is, whose, and with whom.</summary>
public abstract class StaffAppointmentPage<TInput> : FormPage<TInput>
    where TInput : class, new()
{
    [Inject]
    public GetVisitHandler Visits { get; set; } = null!;

    [Inject]
    public IUserStore Users { get; set; } = null!;

    [Inject]
    public ClinicClock Clock { get; set; } = null!;

    [Inject]
    public TimeProvider Time { get; set; } = null!;

    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>Without a patient where the record is another doctor's, or archived.</summary>
    protected WorkItem? Item { get; private set; }

    protected Appointment? Found => Item?.Appointment;

    protected string Doctor { get; private set; } = "";

    protected string Here => $"/calendar/appointments/{Id}";

    protected DateOnly Today => Clock.At(Time.GetUtcNow()).Date;

    protected override async Task OnInitializedAsync()
    {
        if (!AppointmentId.TryParse(Id, out var id))
        {
            Answer(Actor.Role == Role.Admin ? AppointmentErrors.NotFound : Error.Denied);
            return;
        }

        var read = await Visits.HandleAsync(id, Actor, Ct);
        if (!read.Succeeded)
        {
            Answer(read.Error);
            return;
        }

        Item = read.Value;
        Doctor = await Users.DoctorAsync(Item.Appointment.DoctorId, Ct) ?? "a doctor who has left";
    }
}
