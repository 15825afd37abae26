using System.Globalization;
using Microsoft.AspNetCore.Components;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Changes;

namespace StrokeCare.Server.Portal;

/// <summary>A page that changes one appointment of one's own.</summary>
public abstract class OwnAppointmentPage<TInput> : FormPage<TInput>
    where TInput : class, new()
{
    [Inject]
    public GetAppointmentHandler Appointments { get; set; } = null!;

    [Inject]
    public IUserStore Users { get; set; } = null!;

    [Parameter]
    public string Id { get; set; } = "";

    protected Appointment? Found { get; private set; }

    protected string Doctor { get; private set; } = "";

    protected override async Task OnInitializedAsync()
    {
        if (!AppointmentId.TryParse(Id, out var id))
        {
            Answer(Error.Denied);
            return;
        }

        var read = await Appointments.HandleAsync(id, Actor, Ct);
        if (!read.Succeeded)
        {
            Answer(read.Error);
            return;
        }

        Found = read.Value;
        var names = await Users.NamesAsync([Found.DoctorId], Ct);
        Doctor = names.TryGetValue(Found.DoctorId, out var name) ? Words.Of(name) : "a doctor of the clinic";
    }

    /// <summary>What the form carries is the version that was seen when it was made.</summary>
    protected static ExpectedVersion Seen(string? version) =>
        new(null, long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : null);
}
