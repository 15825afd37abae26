namespace StrokeCare.Appointments;

public static class AppointmentErrors
{
    public static Error NotFound { get; } = new(ErrorKind.NotFound, "appointment.not_found", "There is no appointment with this id.");

    public static Error Final { get; } = new(ErrorKind.Conflict, "appointment.final", "The appointment is completed, cancelled or missed and stays so.");

    public static Error AlreadyArrived { get; } = new(
        ErrorKind.Conflict, "appointment.arrived", "The patient has arrived: the appointment cannot be moved any more.");

    public static Error TooLate { get; } = new(
        ErrorKind.Conflict, "appointment.too_late", "The appointment has begun or the patient has arrived: only the clinic can change it now.");

    public static Error StatusNotAllowed { get; } = new(
        ErrorKind.Conflict, "appointment.status_not_allowed", "The appointment cannot go from its status to this one.");

    public static Error SlotTaken { get; } = new(ErrorKind.Conflict, "appointment.slot_taken", "The doctor is busy at this time.");

    public static Error PatientBusy { get; } = new(ErrorKind.Conflict, "appointment.patient_busy", "The patient has another appointment at this time.");

    public static Error NotOffered { get; } = new(ErrorKind.Conflict, "appointment.not_offered", "The doctor offers no appointment at this time.");

    public static Error OnlyInAnEmergency { get; } = new(
        ErrorKind.Conflict, "appointment.only_in_an_emergency", "The patient has another appointment at this time; only an emergency overrides it.");

    public static Error TooManyOverridden { get; } = new(
        ErrorKind.Conflict, "appointment.too_many_overridden", $"More than {AppointmentRules.MostOverridden} appointments are in the way.");
}

public static class DoctorErrors
{
    /// <summary>Who works here anybody may know, and so who does not.</summary>
    public static Error NotFound { get; } = new(ErrorKind.NotFound, "doctor.not_found", "There is no active doctor with this id.");
}
