using Microsoft.AspNetCore.Components;
using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>A page about one's own record. It shows what its operation answers; without a record it says so.</summary>
public abstract class OwnRecordPage : PortalPage
{
    [Inject]
    public FindOwnRecordHandler Records { get; set; } = null!;

    /// <summary>False until <see cref="OnRecordAsync"/> has ended: pages are drawn while they wait, and that is not sent.</summary>
    protected bool HasRecord { get; private set; }

    /// <summary>The operation's refusal, if it refused.</summary>
    protected Error? Refusal { get; private set; }

    protected override async Task OnInitializedAsync()
    {
        if (await Records.HandleAsync(Actor, Ct) is not { } id) return;
        Refusal = await OnRecordAsync(id) is { } refused ? Answer(refused) : null;
        HasRecord = true;
    }

    /// <summary>Asks the operation; answers its refusal.</summary>
    protected abstract Task<Error?> OnRecordAsync(PatientId id);
}
