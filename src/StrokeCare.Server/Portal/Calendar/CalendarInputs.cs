namespace StrokeCare.Server.Portal;

/// <summary>A time that staff choose, also one that is taken.</summary>
public abstract class TimeInput
{
    /// <summary>The time that the form is about.</summary>
    public string? At { get; set; }

    /// <summary>The button of a free time in its place.</summary>
    public string? Instead { get; set; }

    /// <summary>The button that shares the time of what is there.</summary>
    public string? Override { get; set; }

    public string? OverrideReason { get; set; }

    internal bool Overrides => Override == "yes" && Instead is null;

    internal string? ReasonToOverride => Overrides ? OverrideReason : null;
}

public sealed class StaffBookInput : TimeInput
{
    /// <summary>Whom somebody looks for. It is sent in a body: no name stands in an address.</summary>
    public string? Q { get; set; }

    public string? Patient { get; set; }

    public string? Reason { get; set; }

    public string? Minutes { get; set; }

    public string? Urgency { get; set; }

    /// <summary>Made with the form: sent twice, it books once.</summary>
    public string? Key { get; set; }
}

public sealed class StaffMoveInput : TimeInput
{
    /// <summary>The version that was seen.</summary>
    public string? Version { get; set; }
}

public sealed class StaffAppointmentInput
{
    /// <summary>The pressed button of <see cref="StatusButtons"/>.</summary>
    public string? Change { get; set; }

    public string? Reason { get; set; }

    /// <summary>The version that was seen.</summary>
    public string? Version { get; set; }
}
