using StrokeCare.Tests.Appointments;

namespace StrokeCare.Tests.Mongo;

public sealed class MongoAppointmentHandOverTests(MongoStores stores) : AppointmentHandOverContract<MongoStores>(stores);
